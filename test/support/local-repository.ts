import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll } from "@jest/globals";
import { run } from "./run.ts";

/** One commit of a history that a test writes down; oldest first. */
export interface Written {
  readonly message: string;
  /** Hours after the history begins, Monday 2 March 2026, 12:00 UTC. */
  readonly hour?: number;
  /** When it was written, as hours after the beginning, too; as it was committed without it. */
  readonly authoredHour?: number;
  /** Branch it is made on; `main` without it. */
  readonly on?: string;
  /** Branch whose head it also has as a parent. */
  readonly merges?: string;
  /** Branch that a new branch begins at; `main` without it. */
  readonly from?: string;
  /** `name <address>` */
  readonly author?: string;
  /** Null takes one away. */
  readonly files?: Readonly<Record<string, string | null>>;
  /** Lightweight tags. */
  readonly tags?: readonly string[];
  /** An annotated tag. */
  readonly annotated?: string;
}

const BEGINS_AT = Date.UTC(2026, 2, 2, 12) / 1_000;
const AUTHOR = "Mona <7+mona@users.noreply.github.com>";

/** Write a history into a bare repository, with one process of git. */
export async function writeRepository(folder: string, history: readonly Written[]): Promise<void> {
  await run("git", ["init", "--quiet", "--bare", "--initial-branch=main", folder], {
    cwd: path.dirname(folder),
  });
  const child = spawn("git", ["fast-import", "--quiet"], { cwd: folder, stdio: "pipe" });
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => {
    said += chunk.toString();
  });
  child.stdin.end(formatImport(history));
  const code = await new Promise((resolve) => {
    child.on("close", resolve);
  });
  if (code !== 0) throw new Error(`git fast-import ended with ${String(code)}: ${said}`);
}

function formatImport(history: readonly Written[]): string {
  /** Mark of each branch's newest commit. */
  const heads = new Map<string, number>();
  let hour = 0;
  return history
    .map((commit, at) => {
      const { message, on = "main", from = "main", merges, author = AUTHOR } = commit;
      hour = commit.hour ?? hour + 1;
      const when = timeOf(hour);
      const parents = [heads.get(on) ?? heads.get(from), heads.get(merges ?? "")];
      heads.set(on, at + 1);
      return [
        `commit refs/heads/${on}`,
        `mark :${at + 1}`,
        `author ${author} ${commit.authoredHour === undefined ? when : timeOf(commit.authoredHour)}`,
        `committer ${author} ${when}`,
        formatData(message),
        ...parents.flatMap((mark, place) =>
          mark === undefined ? [] : [`${place === 0 ? "from" : "merge"} :${mark}`],
        ),
        ...Object.entries(commit.files ?? {}).map(([name, text]) =>
          text === null
            ? `D ${JSON.stringify(name)}`
            : `M 100644 inline ${JSON.stringify(name)}\n${formatData(text)}`,
        ),
        ...(commit.tags ?? []).map((tag) => `reset refs/tags/${tag}\nfrom :${at + 1}`),
        ...(commit.annotated === undefined
          ? []
          : [
              `tag ${commit.annotated}\nfrom :${at + 1}\ntagger ${author} ${when}`,
              formatData(`Release ${commit.annotated}`),
            ]),
      ].join("\n");
    })
    .join("\n");
}

function timeOf(hour: number): string {
  return `${BEGINS_AT + Math.round(hour * 3_600)} +0000`;
}

function formatData(text: string): string {
  return `data ${Buffer.byteLength(text)}\n${text}`;
}

/** A folder for the repositories of a file; gone at its end. */
export function useFolder(): { readonly path: (name: string) => string } {
  let folder = "";
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "smallbatch-git-"));
  });
  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });
  return { path: (name) => path.join(folder, name) };
}
