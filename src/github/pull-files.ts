import { z } from "zod";
import type { ChangedFile, FileList } from "../core/changes.ts";
import type { Sha } from "../core/state.ts";
import { inRepository, nodes, pageInfo } from "./answers.ts";
import { nextPageOf } from "./client.ts";
import { understand } from "./failure.ts";
import { formatPullFiles } from "./file-documents.ts";
import { ask, chunk, numbered } from "./look.ts";
import type { Look } from "./look.ts";

const PULLS_PER_REQUEST = 20;
/** Changes of one observation whose files are read; of the others nothing is known. */
const CHANGES_MAX = 200;
/** GitHub lists no more files of one change ("List pull requests files", "Get a commit"). */
const FILES_MAX = 3_000;
/** Paths kept in memory, of all changes together: a few megabytes. */
const PATHS_KEPT_MAX = 50_000;

const UNKNOWN: FileList = { files: [], isComplete: false };

/**
 * File lists by what they belong to. Those of a commit never change, so that a look at what waits
 * for long, or at what was read ahead while checks ran, costs no request.
 */
export class FileMemory {
  readonly #lists = new Map<string, FileList>();
  #paths = 0;

  get(key: string): FileList | undefined {
    return this.#lists.get(key);
  }

  /** The oldest go where there are too many. */
  set(key: string, list: FileList): void {
    this.#drop(key);
    this.#lists.set(key, list);
    this.#paths += list.files.length + 1;
    for (const oldest of this.#lists.keys()) {
      if (this.#paths <= PATHS_KEPT_MAX) return;
      this.#drop(oldest);
    }
  }

  #drop(key: string): void {
    const known = this.#lists.get(key);
    if (known === undefined) return;
    this.#lists.delete(key);
    this.#paths -= known.files.length + 1;
  }
}

/** A pull, and the commit that its files are of: its merge, or the head of an open one. */
export interface PullAt {
  readonly number: number;
  readonly sha: Sha;
}

const pullFilesAnswer = inRepository(
  z.record(
    z.string(),
    z
      .object({
        changedFiles: z.number().int(),
        files: z
          .object({
            pageInfo,
            nodes: nodes(z.object({ path: z.string(), changeType: z.string() })),
          })
          .nullable(),
      })
      .nullable(),
  ),
);

/** A pull whose pages are being read. */
interface Reading extends PullAt {
  readonly files: ChangedFile[];
  after: string | null;
  hasMove: boolean;
}

/** `sketch`: the first hundred, with new names only. Half of the requests, for a first look. */
export type Depth = "whole" | "sketch";

/**
 * Files of pulls by number. GraphQL reads twenty pulls in one request, but has no earlier names:
 * a pull that moves files is read again from the REST API. A pull that is gone has an unknown list.
 */
export async function readPullFiles(
  look: Look,
  pulls: readonly PullAt[],
  memory: FileMemory,
  depth: Depth = "whole",
): Promise<ReadonlyMap<number, FileList>> {
  const found = new Map<number, FileList>();
  const missing: Reading[] = [];
  for (const pull of pulls) {
    const key = keyOf(look, pull);
    const known = memory.get(key) ?? (depth === "sketch" ? memory.get(`${key}~`) : undefined);
    if (known !== undefined) found.set(pull.number, known);
    else if (missing.length < CHANGES_MAX) {
      missing.push({ ...pull, files: [], after: null, hasMove: false });
    } else found.set(pull.number, UNKNOWN);
  }
  let open: readonly Reading[] = missing;
  while (open.length > 0) {
    const again: Reading[] = [];
    for (const part of chunk(open, PULLS_PER_REQUEST)) {
      for (const { pull, count, hasNext } of await readPages(look, part)) {
        const isRead = depth === "sketch" || pull.hasMove || pull.files.length >= FILES_MAX;
        if (hasNext && !isRead) again.push(pull);
        else found.set(pull.number, await finish(look, pull, { count, memory, depth }));
      }
    }
    open = again;
  }
  return found;
}

/** `acme`'s numbers are not `umbrella`'s, and an open pull gets another head. */
function keyOf({ line }: Look, { number, sha }: PullAt): string {
  return `${line.repositoryId}#${number}@${sha}`;
}

interface Page {
  readonly pull: Reading;
  /** Files of the whole pull; null: GitHub did not say. */
  readonly count: number | null;
  readonly hasNext: boolean;
}

async function readPages(look: Look, pulls: readonly Reading[]): Promise<readonly Page[]> {
  const { repository } = await ask(look, pullFilesAnswer, {
    document: formatPullFiles(pulls.length),
    variables: {
      ...numbered(
        "p",
        pulls.map(({ number }) => number),
      ),
      ...numbered(
        "a",
        pulls.map(({ after }) => after),
      ),
    },
    tolerate: (error) => error.type === "NOT_FOUND" && error.path?.length === 2,
  });
  return pulls.map((pull, at): Page => {
    const answer = repository[`p${at}`] ?? null;
    const files = answer?.files ?? null;
    if (answer === null || files === null) return { pull, count: null, hasNext: false };
    for (const { path, changeType } of files.nodes) {
      pull.files.push({ path, previousPath: null });
      if (changeType === "RENAMED") pull.hasMove = true;
    }
    pull.after = files.pageInfo.endCursor;
    return { pull, count: answer.changedFiles, hasNext: files.pageInfo.hasNextPage };
  });
}

async function finish(
  look: Look,
  pull: Reading,
  {
    count,
    memory,
    depth,
  }: { readonly count: number | null; readonly memory: FileMemory; readonly depth: Depth },
): Promise<FileList> {
  if (count === null) return UNKNOWN;
  const { owner, name } = look;
  const path = `/repos/${owner}/${name}/pulls/${pull.number}/files?per_page=100`;
  const isWhole = depth === "whole";
  const files = isWhole && pull.hasMove ? await readRestFiles(look, path, restFiles) : pull.files;
  const list = { files, isComplete: files.length >= count };
  memory.set(isWhole ? keyOf(look, pull) : `${keyOf(look, pull)}~`, list);
  return list;
}

const restFile = z.object({ filename: z.string(), previous_filename: z.string().optional() });
const restFiles = z.array(restFile);
const restCommit = z.object({ files: restFiles.optional() }).transform(({ files }) => files ?? []);

/** Pages of files, at most `FILES_MAX`. */
async function readRestFiles(
  look: Look,
  path: string,
  schema: z.ZodType<z.infer<typeof restFiles>>,
): Promise<readonly ChangedFile[]> {
  const files: ChangedFile[] = [];
  let next: string | null = path;
  while (next !== null && files.length < FILES_MAX) {
    const answer: Awaited<ReturnType<Look["client"]["rest"]>> = await look.client.rest({
      method: "GET",
      path: next,
      scope: { kind: "repository", repositoryId: look.line.repositoryId },
    });
    for (const file of understand(`GET ${path}`, schema, answer.data)) {
      files.push({ path: file.filename, previousPath: file.previous_filename ?? null });
    }
    next = nextPageOf(answer);
  }
  return files;
}

/**
 * Files of commits that were pushed without a pull, by SHA; of a merge commit against its first
 * parent. One request each: no document of GraphQL has them.
 */
export async function readCommitFiles(
  look: Look,
  shas: readonly Sha[],
  memory: FileMemory,
): Promise<ReadonlyMap<Sha, FileList>> {
  const found = new Map<Sha, FileList>();
  const { owner, name, line } = look;
  for (const [at, sha] of shas.entries()) {
    const key = `${line.repositoryId}@${sha}`;
    let list = memory.get(key);
    if (list === undefined && at < CHANGES_MAX) {
      const path = `/repos/${owner}/${name}/commits/${sha}`;
      const files = await readRestFiles(look, path, restCommit);
      // The answer has no count of its own.
      list = { files, isComplete: files.length < FILES_MAX };
      memory.set(key, list);
    }
    found.set(sha, list ?? UNKNOWN);
  }
  return found;
}
