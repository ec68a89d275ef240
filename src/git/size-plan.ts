import type { ReadFile } from "../core/size/import-statements.ts";
import { hasImports, importsOfTexts } from "../core/size/imports.ts";
import { foldersOf, joinPath } from "../core/size/paths.ts";
import type { SplitCommit, SplitFacts } from "../core/size/size-plan.ts";
import type { ChangedFile, Size } from "../core/size/size.ts";
import { askGit } from "./program.ts";
import type { LocalChange } from "./size.ts";
import { readStagedTexts, readTextsAt } from "./texts-at.ts";

/** More are no plan of anybody's; then folders and imports decide alone. */
const COMMITS_MAX = 250;

type LocalFacts = Pick<SplitFacts, "commits" | "imports">;

/** What a split plan needs beside sizes: the commits, and what the files import of each other. */
export async function readSplitFacts(
  folder: string,
  change: LocalChange,
  { list }: Pick<Size, "list">,
): Promise<LocalFacts> {
  const counted = new Set(list.filter((file) => file.counted > 0).map(({ path }) => path));
  const read = change.files.filter(({ path }) => counted.has(path) && hasImports(path));
  const [commits, imports] = await Promise.all([
    change.head === null ? [] : readCommits(folder, `${change.mergeBase}..${change.head}`),
    readImports(folder, change, read),
  ]);
  return { commits, imports };
}

async function readImports(
  folder: string,
  { files, head, mergeBase }: LocalChange,
  read: readonly ChangedFile[],
): Promise<LocalFacts["imports"]> {
  const there = read.filter(({ status }) => status !== "removed").map(({ path }) => path);
  const goFolders = there
    .filter((path) => path.endsWith(".go"))
    .flatMap((path) => [...foldersOf(path), ""]);
  const modules = [...new Set(goFolders)].map((one) => joinPath(one, "go.mod"));
  const isRemoving = read.some(({ status }) => status === "removed");
  const stayed = read.filter(({ status }) => status === "modified").map(({ path }) => path);
  const [after, before] = await Promise.all([
    head === null
      ? readStagedTexts(folder, [...there, ...modules])
      : readTextsAt(folder, head, [...there, ...modules]),
    isRemoving ? readTextsAt(folder, mergeBase, stayed) : new Map<string, string>(),
  ]);
  return importsOfTexts({ files, after: listTexts(after), before: listTexts(before) });
}

function listTexts(texts: ReadonlyMap<string, string>): readonly ReadFile[] {
  return [...texts].map(([path, text]) => ({ path, text }));
}

/** Without merges; the oldest first. Titles and paths stand apart by NUL, whatever is in them. */
async function readCommits(folder: string, range: string): Promise<readonly SplitCommit[]> {
  const form = "-z --reverse --no-merges --name-only --format=%H%n%s -M --no-show-signature";
  const asked = ["log", ...form.split(" "), `--max-count=${COMMITS_MAX + 1}`, range, "--"];
  const { stdout } = await askGit(folder, asked);
  const commits: { sha: string; title: string; paths: string[] }[] = [];
  for (const field of stdout.split("\0")) {
    const [, sha, title = ""] = /^([0-9a-f]{40,64})\n(.*)$/s.exec(field) ?? [];
    if (sha !== undefined) commits.push({ sha, title, paths: [] });
    else if (field !== "") commits.at(-1)?.paths.push(field.replace(/^\n/, ""));
  }
  return commits.length > COMMITS_MAX ? [] : commits;
}
