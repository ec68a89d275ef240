import type { Restore } from "./rollback.ts";

/**
 * How the code of a release is taken back with git: a commit on the tag of the bad release whose tree
 * is that of the tag before it on the line. Merged, git's own three-way merge undoes exactly what the
 * release brought, and keeps later work. Of a component only its paths go back.
 */

export function restoreBranch(bad: string): string {
  return `rollback-${bad}`;
}

/** One command a line, for a shell in a clone. The last one pushes the branch. */
export function restoreCommands(
  bad: string,
  { before, path, others }: Restore,
): readonly [...string[], string] {
  const [badRef = "", beforeRef = ""] = [bad, before].map((tag) => `refs/tags/${tag}`);
  const branch = quote(restoreBranch(bad));
  const paths = [path ?? ".", ...others.map((other) => `:(top,exclude)${other}`)];
  return [
    "git fetch origin --tags",
    `git switch --no-track --create ${branch} ${quote(badRef)}`,
    `git restore --source=${quote(beforeRef)} --staged --worktree -- ${paths.map(quote).join(" ")}`,
    `git commit --message=${quote(`fix: roll back ${bad}`)}`,
    `git push origin ${branch}`,
  ];
}

/** One word for a POSIX shell. `text`: untrusted, such as the name of a tag or of a package. */
export function quote(word: string): string {
  return /^[\w./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
