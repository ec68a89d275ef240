/**
 * Patterns of paths as in `.gitignore`, without negation, brackets and escapes: `*` any part of one
 * name, `?` one character of it, `**` any folders. A pattern with a slash before its end starts at
 * the root of the repository, another one fits in every folder. What names a folder names all in it.
 */

export const GLOB_CHARS_MAX = 100;

/** What is wrong with a pattern, as the end of a sentence about it; null where nothing is. */
export function explainGlob(pattern: string): string | null {
  if (pattern.length > GLOB_CHARS_MAX) return `has more than ${GLOB_CHARS_MAX} characters`;
  const strange = /[[\]{}!\\\p{Cc}]/u.exec(pattern)?.[0];
  if (strange !== undefined) return `has ${JSON.stringify(strange)}; only *, ** and ? are special`;
  const names = pattern.replace(/^\//, "").replace(/\/$/, "").split("/");
  if (names.some((name) => name.trim() === "")) return "has a folder without a name";
  if (names.some((name) => name === "." || name === "..")) return "has a folder . or ..";
  const isMixed = names.some((name) => name !== "**" && name.includes("**"));
  return isMixed ? "has ** beside other characters; it stands alone between slashes" : null;
}

/** Does a valid pattern name the path, or a folder around it? Paths begin without a slash. */
export function matchesGlob(pattern: string, path: string): boolean {
  return matchGlob(pattern, path).isMatch;
}

/**
 * `steps`: characters that were compared, at most those of the pattern times those of the path:
 * whatever both look like, the time is linear in the path.
 */
export function matchGlob(
  pattern: string,
  path: string,
): { readonly isMatch: boolean; readonly steps: number } {
  const count = { steps: 0 };
  const names = path.split("/").map((name) => Array.from(name));
  let from = 0;
  for (const [at, group] of groupsOf(pattern).entries()) {
    // What stands before the first ** stands at the root; nothing has to stand at the end, because
    // a folder names all in it. So the first place where a group fits is never worse than another.
    const last = at === 0 ? 0 : names.length - group.length;
    let found = from;
    while (found <= last && !fits(group, names, found, count)) found += 1;
    if (found > last || found + group.length > names.length) {
      return { isMatch: false, steps: count.steps };
    }
    from = found + group.length;
  }
  return { isMatch: true, steps: count.steps };
}

type Name = readonly string[];

/** Names between the `**` of a pattern; the first group is empty where it begins with one. */
function groupsOf(pattern: string): readonly (readonly Name[])[] {
  const isAnywhere = !pattern.slice(0, -1).includes("/");
  const rooted = pattern.replace(/^\//, "");
  // `infra/` and `infra/**` name what is in the folder, and not a file of its name.
  const inside = rooted.replace(/\/$/, "/*").replace(/(^|\/)\*\*$/, "$1*");
  const groups: Name[][] = isAnywhere ? [[], []] : [[]];
  for (const name of inside.split("/")) {
    if (name === "**") groups.push([]);
    else groups.at(-1)?.push(Array.from(name));
  }
  return groups;
}

interface Count {
  steps: number;
}

function fits(group: readonly Name[], names: readonly Name[], from: number, count: Count): boolean {
  return group.every((pattern, at) => {
    const name = names[from + at];
    return name !== undefined && fitsName(pattern, name, count);
  });
}

/** With one place to go back to, the last star: an earlier one never has to take more. */
function fitsName(pattern: Name, name: Name, count: Count): boolean {
  let at = 0;
  let star = -1;
  let taken = 0;
  for (let index = 0; index < name.length;) {
    count.steps += 1;
    if (pattern[at] === "*") {
      star = at;
      at += 1;
      taken = index;
    } else if (pattern[at] === "?" || pattern[at] === name[index]) {
      at += 1;
      index += 1;
    } else if (star >= 0) {
      taken += 1;
      index = taken;
      at = star + 1;
    } else {
      return false;
    }
  }
  while (pattern[at] === "*") at += 1;
  return at === pattern.length;
}
