import { z } from "zod";
import type { SizeSeen } from "../core/pulls/open-pull.ts";
import { countPatch } from "../core/size/size-patch.ts";
import type { ChangedFile } from "../core/size/size.ts";
import type { Sha } from "../core/state.ts";
import { inRepository, nodes, pageInfo } from "./answers.ts";
import { nextPageOf } from "./client.ts";
import { understand } from "./failure.ts";
import { READ_FILE_SIZES } from "./file-documents.ts";
import { ask } from "./look.ts";
import type { Look } from "./look.ts";

/** GitHub lists no more files of one pull ("List pull requests files"). */
const FILES_MAX = 3_000;
const PAGE = 100;
/**
 * Files of a page that is read once more, because a long answer gives its last rows no lines
 * (20,000 lines of patches, orgs/community#213491).
 */
const SMALL_PAGE = 10;
const SMALL_PAGES_MAX = 60;
/** Git's name of an empty file: what has no lines, and is no binary file either. */
const EMPTY_BLOB = "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391";

/** Gone, or more than GitHub is willing to compare. */
const REFUSALS = [404, 406, 422];

/** A pull whose files are read. */
export interface SizeAsked {
  readonly number: number;
  readonly headSha: Sha;
  readonly baseBranch: string;
  readonly totals: SizeSeen["totals"];
}

/** The files of a pull as far as GitHub gives them. */
export interface FilesRead {
  readonly files: readonly ChangedFile[];
  readonly isTruncated: boolean;
  /** Where the pull left its base; null: GitHub does not say. */
  readonly mergeBase: Sha | null;
  /** By path, where GitHub gives them. */
  readonly patches: ReadonlyMap<string, string>;
}

const row = z.object({
  sha: z.string().nullable(),
  filename: z.string(),
  previous_filename: z.string().optional(),
  status: z.string(),
  additions: z.number().int(),
  deletions: z.number().int(),
  patch: z.string().optional(),
  contents_url: z.string(),
});

type Row = z.infer<typeof row>;

const comparison = z.object({
  merge_base_commit: z.object({ sha: z.string() }),
  files: z.array(row).optional(),
});

/**
 * Files of a pull at this very head; null where it has another head by now. A comparison of commits
 * gives 300 files in one request and cannot mean another head; of larger pulls, and where the sum
 * falls short of the pull's totals, the pages of the pull are read, then their lines another way.
 */
export async function readSizedFiles(look: Look, asked: SizeAsked): Promise<FilesRead | null> {
  const compared = await readComparison(look, asked);
  const mergeBase = compared?.mergeBase ?? null;
  let rows = compared?.rows ?? [];
  if (isShort(rows, asked)) {
    const pages = await readPages(look, asked);
    if (pages === null) return null;
    rows = pages;
  }
  if (isShort(rows, asked)) rows = await readSmallPages(look, asked, rows);
  if (isShort(rows, asked)) rows = await readLines(look, asked, rows);
  const patches = rows.flatMap(({ filename, patch }) =>
    patch === undefined ? [] : [[filename, patch] as const],
  );
  const files = rows.map(toFile);
  return { files, isTruncated: isShort(rows, asked), mergeBase, patches: new Map(patches) };
}

/** Totals may be older than the rows, which are never more than there is. */
function isShort(rows: readonly Row[], { totals }: SizeAsked): boolean {
  const sum = (what: "additions" | "deletions"): number =>
    rows.reduce((all, file) => all + file[what], 0);
  return (
    rows.length < totals.files ||
    sum("additions") < totals.additions ||
    sum("deletions") < totals.deletions
  );
}

function get(look: Look, path: string, allow: readonly number[] = []) {
  const scope = { kind: "repository", repositoryId: look.line.repositoryId } as const;
  return look.client.rest({ method: "GET", path, scope, allow });
}

/** Null: GitHub finds one of the two no more, or nothing that they have in common. */
async function readComparison(look: Look, { baseBranch, headSha }: SizeAsked) {
  const { owner, name } = look;
  const range = `${encodeURIComponent(baseBranch)}...${headSha}`;
  const path = `/repos/${owner}/${name}/compare/${range}?per_page=1`;
  const answer = await get(look, path, REFUSALS);
  if (answer.status >= 300) return null;
  const { merge_base_commit: fork, files = [] } = understand(path, comparison, answer.data);
  return { mergeBase: fork.sha, rows: files };
}

function pathOfFiles({ owner, name }: Look, { number }: SizeAsked, page: string): string {
  return `/repos/${owner}/${name}/pulls/${number}/files?${page}`;
}

async function readPages(look: Look, asked: SizeAsked): Promise<Row[] | null> {
  const rows: Row[] = [];
  let next: string | null = pathOfFiles(look, asked, `per_page=${PAGE}`);
  while (next !== null && rows.length < FILES_MAX) {
    const answer: Awaited<ReturnType<typeof get>> = await get(look, next, REFUSALS);
    if (answer.status >= 300) break;
    const page = understand(`GET ${next}`, z.array(row), answer.data);
    if (!isOfHead(page, asked)) return null;
    rows.push(...page);
    next = nextPageOf(answer);
  }
  return rows;
}

/** Rows say where they are looked at; a removed file where it still was. */
function isOfHead(rows: readonly Row[], { headSha }: SizeAsked): boolean {
  const standing = rows.filter(({ status }) => status !== "removed");
  return standing.every(({ contents_url: url }) => {
    const [, sha = headSha] = /[?&]ref=([0-9a-f]{40})$/.exec(url) ?? [];
    return sha === headSha;
  });
}

/** Has it no lines because of what it is, or because GitHub left them out? Nobody can tell. */
function isBare({ additions, deletions, patch, sha }: Row): boolean {
  return additions + deletions === 0 && patch === undefined && sha !== EMPTY_BLOB;
}

/** The pages in which rows without lines stand, in parts that are short enough. */
async function readSmallPages(look: Look, asked: SizeAsked, rows: readonly Row[]): Promise<Row[]> {
  const bare = rows.flatMap((file, at) => (isBare(file) ? [Math.floor(at / SMALL_PAGE)] : []));
  const pages = [...new Set(bare)].slice(0, SMALL_PAGES_MAX);
  const found = new Map<string, Row>();
  for (const at of pages) {
    const path = pathOfFiles(look, asked, `per_page=${SMALL_PAGE}&page=${at + 1}`);
    const answer = await get(look, path, REFUSALS);
    if (answer.status >= 300) break;
    const page = understand(`GET ${path}`, z.array(row), answer.data);
    if (!isOfHead(page, asked)) break;
    for (const file of page) found.set(file.filename, file);
  }
  return rows.map((file) => (isBare(file) ? (found.get(file.filename) ?? file) : file));
}

const sizesAnswer = inRepository(
  z.object({
    pull: z
      .object({
        headRefOid: z.string(),
        files: z
          .object({
            pageInfo,
            nodes: nodes(
              z.object({
                path: z.string(),
                additions: z.number().int(),
                deletions: z.number().int(),
              }),
            ),
          })
          .nullable(),
      })
      .nullable(),
  }),
);

/** Lines of rows without any, from GraphQL, which has no patches. */
async function readLines(look: Look, asked: SizeAsked, rows: readonly Row[]): Promise<Row[]> {
  const found = new Map<string, Pick<Row, "additions" | "deletions">>();
  let after: string | null = null;
  let hasNext = rows.some(isBare);
  for (let at = 0; hasNext && at < FILES_MAX; at += PAGE) {
    const answer: z.infer<typeof sizesAnswer> = await ask(look, sizesAnswer, {
      document: READ_FILE_SIZES,
      variables: { number: asked.number, after },
    });
    const { pull } = answer.repository;
    const files = pull?.headRefOid === asked.headSha ? pull.files : null;
    for (const { path, additions, deletions } of files?.nodes ?? []) {
      found.set(path, { additions, deletions });
    }
    after = files?.pageInfo.endCursor ?? null;
    hasNext = files?.pageInfo.hasNextPage === true;
  }
  return rows.map((file) => (isBare(file) ? { ...file, ...found.get(file.filename) } : file));
}

/** Of these nothing else has to have changed. */
const WITHOUT_LINES = new Set(["renamed", "copied", "changed", "unchanged"]);

const STATUSES: Readonly<Record<string, ChangedFile["status"]>> = {
  added: "added",
  copied: "added",
  removed: "removed",
  renamed: "renamed",
};

function toFile(file: Row): ChangedFile {
  const { filename: path, previous_filename: previousPath = null, status, patch } = file;
  const { additions, deletions } = file;
  const counted = patch === undefined ? null : countPatch(patch);
  return {
    path,
    previousPath,
    status: STATUSES[status] ?? "modified",
    isBinary: isBare(file) && !WITHOUT_LINES.has(status),
    additions,
    deletions,
    // A patch that was cut off says nothing about the rest.
    real: counted !== null && isWhole(counted.all, file) ? counted.real : null,
  };
}

function isWhole(all: Pick<Row, "additions" | "deletions">, file: typeof all): boolean {
  return all.additions === file.additions && all.deletions === file.deletions;
}
