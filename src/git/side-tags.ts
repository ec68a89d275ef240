import type { TagRead } from "../core/history.ts";
import type { Sha } from "../core/state.ts";
import { AppError } from "../errors.ts";
import { runGit } from "./program.ts";

/** A tag of a release branch, and the newest commit of the main branch that it holds. */
export interface SideTag extends TagRead {
  readonly holds: Sha;
}

/**
 * Where release branches left the branch that is looked at: what it had by then, their tags hold.
 * `places`: its commits, a child before its parents. Tags that have nothing in common with it are
 * left out. One process of git.
 */
export async function readSideTags(
  folder: string,
  tags: readonly TagRead[],
  { head, places }: { readonly head: Sha; readonly places: ReadonlyMap<Sha, number> },
): Promise<readonly SideTag[]> {
  const aside = tags.filter(({ sha }) => !places.has(sha));
  if (aside.length === 0) return [];
  let text = "";
  const input = `${[...new Set(aside.map(({ sha }) => sha)), `^${head}`].join("\n")}\n`;
  const { code, stderr } = await runGit(
    folder,
    ["rev-list", "--topo-order", "--parents", "--stdin"],
    (chunk) => {
      text += chunk;
    },
    { input },
  );
  if (code !== 0) {
    const message = `git rev-list in ${folder} ended with ${code}: ${stderr}`;
    throw new AppError("git/failed", message, { retry: { kind: "never" } });
  }
  const held = new Map<Sha, Sha>();
  // A parent comes after its children: read backwards, it is known by then.
  for (const line of text.trimEnd().split("\n").toReversed()) {
    const [sha = "", ...parents] = line.split(" ");
    const [newest] = parents
      .flatMap((parent) => (places.has(parent) ? parent : (held.get(parent) ?? [])))
      .toSorted((left, right) => Number(places.get(left)) - Number(places.get(right)));
    if (newest !== undefined) held.set(sha, newest);
  }
  return aside.flatMap((tag) => {
    const holds = held.get(tag.sha);
    return holds === undefined ? [] : [{ ...tag, holds }];
  });
}
