import { isChannelLine, linkedWith } from "../core/lines.ts";
import type { Policy } from "../core/policy/policy-schema.ts";
import type { Pull } from "../core/pull.ts";
import type { ReleaseSeen, Repository, Sha, TagSeen } from "../core/state.ts";
import { givesVersion } from "../core/unfinished.ts";
import { chooseTagFormat, parseTag } from "../core/version.ts";
import type { LineAnswer } from "./answers.ts";
import { guessedTag, readUnfinished } from "./base-reading.ts";
import type { BaseReading } from "./base-reading.ts";
import { findUnfinishedPrerelease } from "./channel-reading.ts";
import { readCommitsSince, readCommitsSinceStart } from "./commits.ts";
import type { CommitsRead } from "./commits.ts";
import type { Look } from "./look.ts";
import { readStart } from "./policy-reading.ts";
import type { FileMemory } from "./pull-files.ts";
import { readLabelSetters, readPulls } from "./pulls.ts";
import { readPull } from "./readings.ts";
import { readUnitFiles } from "./unit-files.ts";

export interface BatchReading extends CommitsRead {
  readonly baseTag: TagSeen | null;
  readonly unfinished: TagSeen | null;
  /** Commits from before the start, where there is no base. */
  readonly earlier: number;
  /** Start found on the way; null: nobody looked, or there is none. */
  readonly startedAt: number | null;
}

interface Sources {
  readonly answer: LineAnswer;
  readonly repository: Repository;
  readonly headSha: Sha;
  readonly base: BaseReading;
  readonly releases: readonly ReleaseSeen[];
  readonly areAllListed: boolean;
  /** As the line reads it; null: none applies. */
  readonly policy: Policy | null;
  readonly hasPolicy: boolean;
  /** A repository that is only watched, or only observed, has nothing of ours to finish. */
  readonly mayFinish: boolean;
  readonly files: FileMemory;
}

/** The commits of the next release, or of the one that was not finished. Null: the branch moved. */
export async function readBatch(look: Look, sources: Sources): Promise<BatchReading | null> {
  const { choice } = sources.base;
  if (choice.kind === "none") return readFromStart(look, sources, sources.headSha);
  if (choice.kind !== "base") {
    const nothing = { commits: [], count: 0, earlier: 0, startedAt: null };
    return { ...nothing, baseTag: null, unfinished: null };
  }
  if (isChannelLine(look.line)) return readChannel(look, sources, choice);
  const unfinished = await readUnfinishedBatch(look, sources, choice);
  if (unfinished === "moved") return null;
  return unfinished ?? readFromBase(look, sources, choice.tag);
}

/** All since the stable base, whatever prereleases there are in between: `core/channel` tells. */
async function readChannel(
  look: Look,
  sources: Sources,
  base: { readonly tag: TagSeen; readonly version: string },
): Promise<BatchReading | null> {
  const read = await readFromBase(look, sources, base.tag);
  if (read === null || !sources.mayFinish) return read;
  const state = await toBatchState(look, sources, read);
  const unfinished = await findUnfinishedPrerelease(
    look,
    { ...state, tags: sources.base.tags },
    {
      base,
      format: chooseTagFormat(sources.base.question.policyTag, base.tag.name),
      rules: sources.policy ?? {},
      releases: sources.releases,
      areAllListed: sources.areAllListed,
    },
  );
  return { ...read, unfinished };
}

/** As far as a batch is judged by it. */
async function toBatchState(look: Look, sources: Sources, read: CommitsRead) {
  const { answer, repository, policy, files } = sources;
  const { commits } = read;
  const found = await readBatchPulls(look, answer, read);
  // A label that decides a level decides the version too.
  const pulls = await readLabelSetters(look, found.batch, policy);
  const unitFiles = await readUnitFiles(look, files, { policy, batch: read, pulls });
  return { commits, pulls, unitFiles, line: look.line, repository };
}

async function readFromStart(
  look: Look,
  { hasPolicy }: Sources,
  toSha: Sha,
): Promise<BatchReading> {
  const start = hasPolicy ? await readStart(look, toSha) : null;
  if (hasPolicy && start === null && look.isAsIf === true) {
    const nothing = { commits: [], count: 0, earlier: 0 };
    return { ...nothing, baseTag: null, unfinished: null, startedAt: look.now };
  }
  // The operator's start is no commit, only a moment.
  const { startedAt } = look.memory;
  const since = start ?? (startedAt === null ? null : { at: startedAt });
  const read = await readCommitsSinceStart(look, toSha, since);
  return { ...read, baseTag: null, unfinished: null, startedAt: start?.at ?? null };
}

async function readFromBase(
  look: Look,
  { answer, headSha }: Sources,
  baseTag: TagSeen,
): Promise<BatchReading | null> {
  const guess = guessedTag(answer);
  const first = guess?.name === baseTag.name ? guess.compare : null;
  const read = await readCommitsSince(
    look,
    baseTag.name,
    { head: look.line.branch, headSha },
    first,
  );
  return read && { ...read, baseTag, unfinished: null, earlier: 0, startedAt: null };
}

/** Null where the base is finished: its release stands, or it is none of ours. */
async function readUnfinishedBatch(
  look: Look,
  sources: Sources,
  choice: Extract<BaseReading["choice"], { kind: "base" }>,
): Promise<BatchReading | "moved" | null> {
  const { base, releases, areAllListed, headSha, policy } = sources;
  if (!sources.mayFinish) return null;
  const { question } = base;
  const verdict = await readUnfinished(look, choice, {
    question,
    releases,
    areAllListed,
    headSha,
  });
  if (verdict === null) return "moved";
  if (verdict.kind === "finished") return null;
  const { previous } = verdict;
  const { tag } = choice;
  const batch =
    previous === null
      ? { ...(await readFromStart(look, sources, tag.sha)), unfinished: tag }
      : await readBetween(look, previous, tag);
  if (batch === null || verdict.kind === "ours") return batch;
  // Without a start that is on GitHub nobody knows which commits the first version was to carry.
  if (previous === null && batch.startedAt === null) return null;
  const format = chooseTagFormat(question.policyTag, tag.name);
  // Of linked components the others decide the version too.
  if (policy !== null && linkedWith(policy, look.line).length > 0) return batch;
  const state = await toBatchState(look, sources, batch);
  const previousVersion = previous === null ? null : parseTag(previous.name, format);
  return givesVersion(state, previousVersion, choice.version, policy ?? {}) ? batch : null;
}

async function readBetween(
  look: Look,
  previous: TagSeen,
  tag: TagSeen,
): Promise<BatchReading | null> {
  const to = { head: tag.name, headSha: tag.sha };
  const read = await readCommitsSince(look, previous.name, to, null);
  return read && { ...read, baseTag: previous, unfinished: tag, earlier: 0, startedAt: null };
}

export interface PullsReading {
  /** Pulls of the batch. */
  readonly batch: readonly Pull[];
  /** Other recent merges of the branch, newest first. */
  readonly others: readonly Pull[];
}

/**
 * Pulls of the batch by merge commit and by GitHub's index of commits. The recent merges of the
 * first look hold nearly always all; what they lack is asked by number.
 */
export async function readBatchPulls(
  look: Look,
  answer: LineAnswer,
  { commits }: CommitsRead,
): Promise<PullsReading> {
  const recent = answer.merged.nodes.map(readPull).filter((pull) => pull !== null);
  const shas = new Set(commits.map(({ sha }) => sha));
  const numbers = new Set(commits.flatMap((commit) => commit.pulls));
  const known = new Set(recent.map((pull) => pull.number));
  const missing = [...numbers].filter((number) => !known.has(number));
  const asked = missing.length === 0 ? [] : await readPulls(look, missing);
  const isInBatch = (pull: Pull): boolean => numbers.has(pull.number) || shas.has(pull.mergeSha);
  return {
    batch: [...recent.filter(isInBatch), ...asked],
    others: recent
      .filter((pull) => !isInBatch(pull))
      .toSorted((left, right) => right.mergedAt - left.mergedAt),
  };
}
