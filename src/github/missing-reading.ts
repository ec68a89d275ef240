import { z } from "zod";
import { judgeBatch } from "../core/batch.ts";
import type { Batch, BatchRules } from "../core/batch.ts";
import type { FileList, UnitFiles } from "../core/changes.ts";
import { isOfLine } from "../core/components.ts";
import {
  allPaths,
  beforeOf,
  hasLanded,
  isAsBefore,
  isLost,
  isUndone,
  listSuspects,
  listUndoable,
  samplePaths,
} from "../core/missing.ts";
import type { Missing, Place } from "../core/missing.ts";
import type { Policy } from "../core/policy/policy-schema.ts";
import type { Pull } from "../core/pull.ts";
import { pendingNames } from "../core/settle.ts";
import type { Head, LineState, ReleaseSeen, Repository, Sha } from "../core/state.ts";
import { inRepository } from "./answers.ts";
import type { BatchReading, PullsReading } from "./batch-reading.ts";
import { understand } from "./failure.ts";
import { formatObjects } from "./file-documents.ts";
import { ask, chunk, numbered } from "./look.ts";
import type { Look } from "./look.ts";
import { readPullFiles } from "./pull-files.ts";
import type { FileMemory } from "./pull-files.ts";
import { readLabelSetters } from "./pulls.ts";

const OBJECTS_PER_REQUEST = 200;
const KEPT_MAX = 10_000;

/** Answers about commits that never change: is a pull missing at a head? */
export class MissingMemory {
  readonly #known = new Map<string, boolean>();

  get(key: string): boolean | undefined {
    return this.#known.get(key);
  }

  /** The oldest go where there are too many. */
  set(key: string, answer: boolean): void {
    this.#known.set(key, answer);
    const [oldest] = this.#known.keys();
    if (this.#known.size > KEPT_MAX && oldest !== undefined) this.#known.delete(oldest);
  }
}

interface Seen {
  readonly repository: Repository;
  readonly head: Head;
  readonly batch: BatchReading;
  readonly pulls: PullsReading;
  readonly releases: readonly ReleaseSeen[];
  /** Null: none applies. */
  readonly policy: Policy | null;
  readonly unitFiles: readonly UnitFiles[];
  /** Commits of ours are no units. */
  readonly versionFiles: LineState["versionFiles"];
}

interface Memories {
  readonly files: FileMemory;
  readonly missing: MissingMemory;
}

/**
 * Merged work that the commit to release does not hold. While checks run only the lists of files
 * are read ahead, because the question is about the head that would be released. Null: not asked.
 */
export async function readMissing(
  look: Look,
  seen: Seen,
  memories: Memories,
): Promise<Missing | null> {
  const { head, batch } = seen;
  const own = judge(look, seen, seen.policy ?? {});
  if (own.level === "none") return null;
  // Nobody undoes what is alone; a unit of another component may.
  const isAlone = judge(look, seen, {}).units.length < 2;
  const judged = isAlone ? { ...own, units: [] } : own;
  const merged = listUndoable(judged).map(({ unit }) => unit.pull);
  const lists = await readPullFiles(
    look,
    merged.map(({ number, mergeSha: sha }) => ({ number, sha })),
    memories.files,
    "sketch",
  );
  // A tag that stands is finished whatever its checks say by now.
  // An older commit may be released while the head's checks run: what the head lacks holds it too.
  const isWaiting = pendingNames(head.checks).length > 0 && seen.policy?.head !== "newest-green";
  if (batch.unfinished === null && isWaiting) return null;
  const at = batch.unfinished?.sha ?? head.sha;
  const undone = await findUndone(look, { at, judged, lists }, memories.missing);
  // What was merged after a tag that is finished below the head is not lost: it is in the next one.
  const lost = await findLost(look, { ...seen, at: head.sha, judged: own }, memories);
  return { undone, lost: await readLabelSetters(look, lost, null) };
}

function judge(look: Look, seen: Seen, rules: BatchRules): Batch {
  const { repository, batch, pulls, unitFiles, versionFiles } = seen;
  const { commits } = batch;
  const state = { commits, pulls: pulls.batch, line: look.line, repository, unitFiles };
  return judgeBatch(versionFiles === undefined ? state : { ...state, versionFiles }, rules);
}

interface Question {
  readonly pull: Pull;
  readonly before: Sha;
  readonly list: FileList;
}

/** In one request where no pull looks undone; one more tells of those that do. */
async function findUndone(
  look: Look,
  asked: {
    readonly at: Sha;
    readonly judged: Batch;
    readonly lists: ReadonlyMap<number, FileList>;
  },
  memory: MissingMemory,
): Promise<readonly number[]> {
  const { at, judged, lists } = asked;
  const keyOf = ({ number }: Pull): string => `${look.line.repositoryId}#${number}@${at}`;
  const questions = listUndoable(judged).flatMap(({ unit }): Question[] => {
    const before = beforeOf(unit);
    const list = lists.get(unit.pull.number);
    return before === null || list === undefined ? [] : [{ pull: unit.pull, before, list }];
  });
  const open = questions.filter(({ pull }) => memory.get(keyOf(pull)) === undefined);
  const idsOf = await readObjects(
    look,
    open.flatMap(({ before, list }) => cross([at, before], samplePaths(list))),
  );
  const suspects = open.filter(({ before, list }) =>
    isAsBefore(
      samplePaths(list).map((path) => ({ head: idsOf(at, path), before: idsOf(before, path) })),
    ),
  );
  const allOf = await readObjects(
    look,
    suspects.flatMap(({ pull, before, list }) => cross([at, before, pull.headSha], allPaths(list))),
  );
  for (const question of open) {
    const { pull, before, list } = question;
    const stands = allPaths(list).map((path) => ({
      head: allOf(at, path),
      before: allOf(before, path),
      own: allOf(pull.headSha, path),
    }));
    memory.set(keyOf(pull), suspects.includes(question) && isUndone(stands));
  }
  return questions
    .filter(({ pull }) => memory.get(keyOf(pull)) === true)
    .map(({ pull }) => pull.number);
}

/** Merges of the branch that a forced push took away, and that nobody brought again. */
async function findLost(
  look: Look,
  seen: Seen & { readonly at: Sha; readonly judged: Batch },
  memories: Memories,
): Promise<readonly Pull[]> {
  const { batch, pulls, releases, at, judged } = seen;
  const { baseTag } = batch;
  const suspects = listSuspects({
    others: pulls.others,
    units: judged.units.map(({ unit }) => unit),
    baseTag,
    startedAt: batch.startedAt ?? look.memory.startedAt,
    releases,
  });
  const lost: Pull[] = [];
  for (const pull of suspects) {
    const name = `${look.line.repositoryId}#${pull.number}`;
    // What is reachable and not in the batch is in the base, and stays there.
    if (memories.missing.get(`${name}>${baseTag?.sha ?? ""}`) === false) continue;
    const known = memories.missing.get(`${name}<${at}/${look.line.component}`);
    if (known === true) lost.push(pull);
    if (known !== undefined) continue;
    const place = await readPlace(look, pull.mergeSha, at);
    if (place === "reachable") {
      memories.missing.set(`${name}>${baseTag?.sha ?? ""}`, false);
      continue;
    }
    // One that came while we looked is looked at again.
    if (!isLost(place, pull, look.now)) continue;
    const isGone = !(await isThere(look, { pull, at }, seen.policy, memories.files));
    memories.missing.set(`${name}<${at}/${look.line.component}`, isGone);
    if (isGone) lost.push(pull);
  }
  return lost;
}

/**
 * Does its content stand at the head? Then it was brought again, or its commit rewritten. What is
 * another component's is not missed here.
 */
async function isThere(
  look: Look,
  { pull, at }: { readonly pull: Pull; readonly at: Sha },
  policy: Policy | null,
  files: FileMemory,
): Promise<boolean> {
  const { number, mergeSha } = pull;
  const lists = await readPullFiles(look, [{ number, sha: mergeSha }], files, "sketch");
  const list = lists.get(number) ?? { files: [], isComplete: false };
  const scope = {
    line: look.line,
    files: [{ pull: number, sha: mergeSha, ...list }],
    components: policy?.components ?? [],
  };
  if (!isOfLine({ pull, sha: mergeSha }, scope)) return true;
  const paths = allPaths(list);
  const idsOf = await readObjects(look, cross([at, mergeSha], paths));
  return hasLanded(paths.map((path) => ({ head: idsOf(at, path), own: idsOf(mergeSha, path) })));
}

const compareSchema = z.object({ status: z.enum(["ahead", "behind", "diverged", "identical"]) });

/** Where a merge stands against the head; the second page holds neither commits nor files. */
async function readPlace(look: Look, merge: Sha, head: Sha): Promise<Place> {
  const { client, owner, name, line } = look;
  const path = `/repos/${owner}/${name}/compare/${merge}...${head}?per_page=1&page=2`;
  const answer = await client.rest({
    method: "GET",
    path,
    scope: { kind: "repository", repositoryId: line.repositoryId },
    // No commit in common, or a commit that GitHub has thrown away.
    allow: [404],
  });
  if (answer.status === 404) return "elsewhere";
  const { status } = understand(`GET ${path}`, compareSchema, answer.data);
  if (status === "diverged") return "elsewhere";
  return status === "behind" ? "behind" : "reachable";
}

type Spot = readonly [commit: Sha, path: string];

function cross(commits: readonly Sha[], paths: readonly string[]): readonly Spot[] {
  return paths.flatMap((path) => commits.map((commit): Spot => [commit, path]));
}

const objectsAnswer = inRepository(z.record(z.string(), z.object({ oid: z.string() }).nullable()));

/** Ids of what stands at paths of commits, each asked once; null: nothing stands there. */
async function readObjects(
  look: Look,
  places: readonly Spot[],
): Promise<(commit: Sha, path: string) => Sha | null> {
  const ids = new Map<string, Sha | null>();
  const names = [...new Set(places.map(([commit, path]) => `${commit}:${path}`))];
  for (const part of chunk(names, OBJECTS_PER_REQUEST)) {
    const { repository } = await ask(look, objectsAnswer, {
      document: formatObjects(part.length),
      variables: numbered("e", part),
    });
    for (const [at, name] of part.entries()) ids.set(name, repository[`e${at}`]?.oid ?? null);
  }
  return (commit, path) => ids.get(`${commit}:${path}`) ?? null;
}
