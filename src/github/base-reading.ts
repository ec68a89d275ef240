import { chooseBase, judgeUnfinished } from "../core/base.ts";
import type { BaseChoice, BaseQuestion, UnfinishedVerdict } from "../core/base.ts";
import type { Policy } from "../core/policy/policy-schema.ts";
import { isPreviewTag } from "../core/preview-tag.ts";
import type { ReleaseSeen, Sha, TagSeen } from "../core/state.ts";
import { AppError } from "../errors.ts";
import { ancestryAnswer, tagsAnswer } from "./answers.ts";
import type { ComparedTagAnswer, LineAnswer } from "./answers.ts";
import { formatAncestry, READ_TAGS } from "./documents.ts";
import { ask, isAboutComparison, numbered } from "./look.ts";
import type { Look } from "./look.ts";
import { readTag } from "./readings.ts";
import { findRelease } from "./release-reading.ts";

/** Tags that are read where the newest 100 do not hold the base. */
const TAGS_MAX = 500;
/** Half of a page: where previews take more of it, the next one is read, too. */
const TAGS_READ_MIN = 50;

export interface BaseReading {
  readonly tags: readonly TagSeen[];
  readonly choice: BaseChoice;
  /** The question that `choice` answers. */
  readonly question: BaseQuestion;
}

/** The tag that the first look compared with the branch: a guess at the base. */
export function guessedTag(answer: LineAnswer): ComparedTagAnswer | null {
  return answer.knownBase ?? answer.latestRelease?.tag ?? null;
}

/**
 * What the first look says about tags: the guess is an ancestor or not, and every tag on a commit
 * that the head has beyond an ancestor is one too.
 */
function readTags(answer: LineAnswer, headSha: Sha): TagSeen[] {
  const guess = guessedTag(answer);
  const isGuessBelow = guess?.compare?.behindBy === 0;
  const known = new Set([headSha]);
  if (isGuessBelow) for (const { oid } of guess.compare?.commits.nodes ?? []) known.add(oid);
  const tags = (answer.tags?.nodes ?? [])
    .map((tag) => readTag(tag, null))
    .filter((tag) => tag !== null)
    .map((tag) => (known.has(tag.sha) ? { ...tag, isAncestor: true } : tag));
  const guessed = guess === null ? null : readTag(guess, isGuessBelow);
  return guessed === null ? tags : mergeTags(tags, [guessed]);
}

/** `added` replaces tags of the same name and the ancestry of tags on the same commit. */
function mergeTags(tags: readonly TagSeen[], added: readonly TagSeen[]): TagSeen[] {
  const names = new Set(tags.map(({ name }) => name));
  const bySha = new Map(added.map((tag) => [tag.sha, tag.isAncestor]));
  return [
    ...tags.map((tag) => ({ ...tag, isAncestor: bySha.get(tag.sha) ?? tag.isAncestor })),
    ...added.filter(({ name }) => !names.has(name)),
  ];
}

/**
 * Choose the base with what the first look brought, and ask GitHub for whatever the choice lacks.
 * Null where the branch moved meanwhile.
 */
export async function readBase(
  look: Look,
  answer: LineAnswer,
  headSha: Sha,
  policy: Policy | null,
): Promise<BaseReading | null> {
  let tags = readTags(answer, headSha);
  // On the same branch the default line has asked for some of them.
  if (isBeside(look)) tags = mergeTags(tags, look.root?.tags ?? []);
  let page = answer.tags?.pageInfo ?? null;
  const absent: string[] = [];
  for (;;) {
    const question = {
      ...(look.family === null ? {} : { family: look.family }),
      tags,
      policyTag: policy?.tag ?? null,
      policyBase: policy?.base ?? null,
      absent,
    };
    const choice = chooseBase(question);
    const isMore = page?.hasNextPage === true && tags.length < TAGS_MAX;
    if (choice.kind === "ask") {
      const asked = await readAncestry(look, choice.tags, headSha);
      if (asked === null) return null;
      const gone = choice.tags.filter((name) => !asked.some((tag) => tag.name === name));
      absent.push(...gone);
      tags = mergeTags(tags, asked).filter(({ name }) => !gone.includes(name));
    } else if (isMore && (choice.kind !== "base" || isCrowded(tags))) {
      const next: ReturnType<typeof tagsAnswer.parse> = await ask(look, tagsAnswer, {
        document: READ_TAGS,
        variables: { after: page?.endCursor ?? null },
      });
      const older = (next.repository.tags?.nodes ?? []).map((tag) => readTag(tag, null));
      tags = mergeTags(
        tags,
        older.filter((tag) => tag !== null),
      );
      page = next.repository.tags?.pageInfo ?? null;
    } else if (choice.kind === "none" && page?.hasNextPage === true) {
      throw tooManyTags(look);
    } else {
      return { tags, choice, question };
    }
  }
}

function isBeside({ root, line }: Look): boolean {
  return root !== null && root.line.branch === line.branch;
}

/** Previews are many and new: they must not keep versions of a page. */
function isCrowded(tags: readonly TagSeen[]): boolean {
  return tags.filter(({ name }) => !isPreviewTag(name)).length < TAGS_READ_MIN;
}

/** A version may stand among the older ones: 0.1.0 would be a guess. */
function tooManyTags({ owner, name }: Look): AppError {
  return new AppError(
    "github/too-many-tags",
    `Observe ${owner}/${name}: no version is among its newest ${TAGS_MAX} tags, and there are more`,
    { retry: { kind: "never" } },
  );
}

/** Tags with their place. One that does not exist is left out. Null where the branch moved. */
async function readAncestry(
  look: Look,
  names: readonly string[],
  headSha: Sha,
): Promise<readonly TagSeen[] | null> {
  const { repository } = await ask(look, ancestryAnswer, {
    document: formatAncestry(names.length),
    variables: {
      branch: look.line.branch,
      ...numbered(
        "t",
        names.map((name) => `refs/tags/${name}`),
      ),
    },
    tolerate: isAboutComparison,
  });
  const answers = Object.values(repository).filter((answer) => answer !== null);
  const hasMoved = answers.some(
    ({ compare }) => compare !== null && compare.headTarget.oid !== headSha,
  );
  if (hasMoved) return null;
  return answers
    .map((answer) => readTag(answer, answer.compare?.behindBy === 0))
    .filter((tag) => tag !== null);
}

/**
 * `judgeUnfinished` of core, asking for the base's release where the list may hide it, and for the
 * place of the tags before it. Null where the branch moved meanwhile.
 */
export async function readUnfinished(
  look: Look,
  base: { readonly tag: TagSeen; readonly version: string },
  {
    question,
    releases,
    areAllListed,
    headSha,
  }: {
    readonly question: BaseQuestion;
    readonly releases: readonly ReleaseSeen[];
    /** False: GitHub's list was full, and may hide an older one. */
    readonly areAllListed: boolean;
    readonly headSha: Sha;
  },
): Promise<Exclude<UnfinishedVerdict, { kind: "ask" }> | null> {
  const { memory } = look;
  let { tags } = question;
  let isListed = areAllListed;
  for (;;) {
    const verdict = judgeUnfinished(base, { ...question, tags, releases, memory });
    if (verdict.kind === "finished") return verdict;
    const unlisted = isListed ? null : await findRelease(look, base.tag.name);
    // A draft of ours was seen in the list, and is what the verdict is about.
    if (unlisted !== null && !(unlisted.isDraft && unlisted.isOurs)) return { kind: "finished" };
    isListed = true;
    if (verdict.kind !== "ask") return verdict;
    const asked = await readAncestry(look, verdict.tags, headSha);
    if (asked === null) return null;
    const gone = verdict.tags.filter((name) => !asked.some((tag) => tag.name === name));
    tags = mergeTags(tags, asked).filter(({ name }) => !gone.includes(name));
  }
}
