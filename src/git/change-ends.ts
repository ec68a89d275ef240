import type { Sha } from "../core/state.ts";
import { AppError } from "../errors.ts";
import { askGit, runGit } from "./program.ts";
import { unusable } from "./repository.ts";

export interface ChangeAsked {
  readonly folder: string;
  /** What the change would be merged into; null: the branch that `origin` calls its own. */
  readonly base: string | null;
  readonly head: string;
  /** What is staged instead of a head. */
  readonly isStaged: boolean;
}

/** Names of the empty tree, by the length of a repository's hashes. */
const EMPTY_TREES = [
  "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
  "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321",
] as const;

/** Where a base is looked for when nobody names one. */
const BASES = ["origin/HEAD", "origin/main", "origin/master", "main", "master"];

interface Ends {
  readonly base: string;
  readonly mergeBase: Sha;
  readonly head: Sha;
}

/** `gitFolder`: the absolute path of the repository's own folder, such as `.git`. */
type EndsFound = Ends & { readonly gitFolder: string };

/** Names that mean nothing else to `git rev-parse`, beside two commits. */
const PLAIN = /^\w(?:[\w/+-]|\.(?!\.)){0,200}$/;

/** Throws `git/unusable` or `git/incomplete` with what to do. */
export async function findEnds(asked: ChangeAsked): Promise<EndsFound> {
  const { folder, head, isStaged } = asked;
  const [base = "", wanted] = [asked.base ?? BASES[0], isStaged ? "HEAD" : head];
  const isPlain = PLAIN.test(base) && PLAIN.test(wanted);
  const range = isPlain ? [`${base}^{commit}...${wanted}^{commit}`] : [];
  // In most repositories one process of git knows it all.
  const { stdout } = await askGit(folder, ["rev-parse", "--absolute-git-dir", ...range]);
  const [gitFolder = "", headSha = "", , mergeBase] = stdout.split("\n");
  return mergeBase?.startsWith("^") === true
    ? { gitFolder, base, head: headSha, mergeBase: mergeBase.slice(1) }
    : { gitFolder, ...(await searchEnds(asked)) };
}

/** Name by name, to say what is missing. */
async function searchEnds({ folder, base, head, isStaged }: ChangeAsked): Promise<Ends> {
  const names = base === null ? BASES : [base, `origin/${base}`];
  const wanted = [isStaged ? "HEAD" : head, ...names];
  const [headSha, ...baseShas] = await findCommits(folder, wanted);
  const at = baseShas.findIndex((sha) => sha !== null);
  const baseSha = baseShas[at] ?? null;
  if (base !== null && baseSha === null) {
    throw unusable(`${folder} has no branch, tag or commit ${base}: name another with --base`);
  }
  if (headSha === undefined || headSha === null) {
    if (isStaged) return fromNothing(folder);
    throw unusable(
      head === "HEAD"
        ? `${folder} has no commit yet: measure what is staged with --staged`
        : `${folder} has no branch, tag or commit ${head}: name another with --head`,
    );
  }
  if (baseSha === null) {
    if (await isShallow(folder)) {
      throw incomplete(
        `${folder} is a shallow clone and has none of ${BASES.join(", ")}. Get it whole: git -C ${folder} fetch --unshallow origin, then name the branch with --base`,
      );
    }
    throw unusable(
      `${folder} does not say what to compare with: it has none of ${BASES.join(", ")}. Name a branch with --base`,
    );
  }
  const { code, stdout } = await askGit(folder, ["merge-base", baseSha, headSha]);
  const name = names[at] ?? baseSha;
  if (code === 0) return { base: name, mergeBase: stdout, head: headSha };
  const apart = `${name} and ${isStaged ? "HEAD" : head} have no commit in common`;
  if (await isShallow(folder)) {
    throw incomplete(
      `${apart} in ${folder}, which is a shallow clone. Get the rest: git -C ${folder} fetch --unshallow`,
    );
  }
  throw unusable(`${apart}: name another with --base`);
}

async function isShallow(folder: string): Promise<boolean> {
  return (await askGit(folder, ["rev-parse", "--is-shallow-repository"])).stdout === "true";
}

/** The size is there, but not here. */
export function incomplete(message: string): AppError {
  return new AppError("git/incomplete", message, { retry: { kind: "never" } });
}

/** What is staged for the first commit of all. */
async function fromNothing(folder: string): Promise<Ends> {
  const { stdout } = await askGit(folder, ["rev-parse", "--show-object-format"]);
  const mergeBase = stdout === "sha256" ? EMPTY_TREES[1] : EMPTY_TREES[0];
  return { base: "(nothing)", mergeBase, head: mergeBase };
}

/** In one process of git. Null: no such commit. */
async function findCommits(
  folder: string,
  names: readonly string[],
): Promise<readonly (Sha | null)[]> {
  let text = "";
  const input = names.map((name) => `${name.replaceAll("\n", " ")}^{commit}\n`).join("");
  const args = ["cat-file", "--batch-check=%(objectname)"];
  const { code, stderr } = await runGit(folder, args, (chunk) => (text += chunk), { input });
  if (code !== 0) {
    throw unusable(`${folder} is not a git repository (${stderr.split("\n", 1).join("")})`);
  }
  return text.split("\n").map((line) => (/^[0-9a-f]{40,}$/.test(line) ? line : null));
}
