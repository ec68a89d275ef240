import { stat } from "node:fs/promises";
import type { Sha } from "../core/state.ts";
import { AppError } from "../errors.ts";
import { askGit } from "./program.ts";

/** A branch of a local repository that can be read whole. */
export interface LocalBranch {
  /** Folder that git was asked in. */
  readonly folder: string;
  /** Without `refs/heads/` or the remote's name; `HEAD` where no branch is checked out. */
  readonly branch: string;
  /** Where the history ends. */
  readonly head: Sha;
  /** `owner/name` of the remote `origin`; null: there is none that says it. */
  readonly fullName: string | null;
}

export interface BranchAsked {
  readonly folder: string;
  /** Branch, tag or commit; null: what is checked out. */
  readonly ref: string | null;
  /** Commit or tag on the branch where the history ends; null: at its head. */
  readonly to: string | null;
}

/**
 * Find the branch and its end. Throws `git/unusable` with what to do: no repository, a shallow
 * clone, no commit yet, no such ref.
 */
export async function openBranch({ folder, ref, to }: BranchAsked): Promise<LocalBranch> {
  await checkRepository(folder);
  const [{ name, sha }, fullName] = await Promise.all([
    ref === null ? readHead(folder) : findRef(folder, ref),
    readFullName(folder),
  ]);
  if (to === null) return { folder, branch: name, head: sha, fullName };
  const end = await findRef(folder, to);
  const { code } = await askGit(folder, ["merge-base", "--is-ancestor", end.sha, sha]);
  if (code !== 0) throw unusable(`--to ${to} is not on ${name}: name a commit or tag of it`);
  return { folder, branch: name, head: end.sha, fullName };
}

export function unusable(message: string): AppError {
  return new AppError("git/unusable", message, { retry: { kind: "never" } });
}

async function checkRepository(folder: string): Promise<void> {
  const found = await stat(folder).catch(() => null);
  if (found?.isDirectory() !== true) throw unusable(`there is no folder ${folder}`);
  const { code, stdout, stderr } = await askGit(folder, ["rev-parse", "--is-shallow-repository"]);
  if (code !== 0 && stderr.includes("dubious ownership")) {
    throw unusable(
      `git does not read ${folder}, because it belongs to another user. If you trust it: git config --global --add safe.directory ${folder}`,
    );
  }
  if (code !== 0) throw unusable(`${folder} is not a git repository (${firstLine(stderr)})`);
  if (stdout !== "true") return;
  throw unusable(
    `${folder} is a shallow clone, so most of its history is missing. Get it with: git -C ${folder} fetch --unshallow --tags`,
  );
}

interface Found {
  readonly name: string;
  readonly sha: Sha;
}

async function readHead(folder: string): Promise<Found> {
  const [{ code, stdout }, sha] = await Promise.all([
    askGit(folder, ["symbolic-ref", "--quiet", "HEAD"]),
    findCommit(folder, "HEAD"),
  ]);
  const name = code === 0 ? shorten(stdout) : "HEAD";
  if (sha !== null) return { name, sha };
  throw unusable(`${folder} has no commit on ${name}: name a branch with --branch`);
}

/** A clone often has `origin/main`, and no `main`. */
async function findRef(folder: string, ref: string): Promise<Found> {
  for (const name of [ref, `refs/remotes/origin/${ref}`]) {
    const sha = await findCommit(folder, name);
    if (sha !== null) return { name: shorten(name), sha };
  }
  throw unusable(
    `${folder} has no branch, tag or commit ${ref}. It has these branches: ${await listBranches(folder)}`,
  );
}

async function findCommit(folder: string, ref: string): Promise<Sha | null> {
  const asked = ["rev-parse", "--verify", "--quiet", "--end-of-options", `${ref}^{commit}`];
  const { code, stdout } = await askGit(folder, asked);
  return code === 0 ? stdout : null;
}

function shorten(name: string): string {
  return name.replace(/^refs\/(?:heads|tags)\//, "").replace(/^(?:refs\/remotes\/)?origin\//, "");
}

async function readFullName(folder: string): Promise<string | null> {
  const { stdout } = await askGit(folder, ["config", "--get", "remote.origin.url"]);
  const address = /^(?:\w+:\/\/[^/]+\/|[\w.-]+@[\w.-]+:)([\w.-]+\/[\w.-]+?)(?:\.git)?\/?$/;
  return address.exec(stdout)?.[1] ?? null;
}

const BRANCHES_SHOWN = 5;

async function listBranches(folder: string): Promise<string> {
  const { stdout } = await askGit(folder, [
    "for-each-ref",
    `--count=${BRANCHES_SHOWN + 1}`,
    "--sort=-committerdate",
    "--format=%(refname:short)",
    "refs/heads",
    "refs/remotes",
  ]);
  const names = stdout === "" ? [] : stdout.split("\n");
  if (names.length === 0) return "none";
  const more = names.length > BRANCHES_SHOWN ? ", …" : "";
  return `${names.slice(0, BRANCHES_SHOWN).join(", ")}${more}`;
}

function firstLine(text: string): string {
  return text.split("\n", 1).join("");
}
