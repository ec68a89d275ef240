import type { Block } from "./text-blocks.ts";

/** What a package asks for, on one line of its entry. */
export interface Asked {
  /** From 0. */
  readonly line: number;
  readonly isPeer: boolean;
  readonly name: string;
  /** `npm:^1.2.0` since yarn 4, `^1.2.0` before. */
  readonly range: string;
}

/** What yarn found for some ranges. */
export interface Entry {
  readonly block: Block;
  /** Two lines where the key is long. */
  readonly keyLines: number;
  /** `@acme/core@npm:^1.2.0`, in order. */
  readonly descriptors: readonly string[];
  /** Folder of a workspace, empty at the root; null: it comes from elsewhere. */
  readonly folder: string | null;
  readonly asked: readonly Asked[];
}

/** Keys with more characters stand behind a question mark, with their colon on the next line. */
const KEY_CHARS_MAX = 1024;

/** Does an entry start at this line? Not with the colon of a long key. */
export function startsEntry(line: string): boolean {
  return /^[^\s#:]/.test(line);
}

/** An entry of a lock file since yarn 2, which a program wrote: two spaces a level. */
export function readEntry(block: Block): Entry {
  const { start, lines } = block;
  const [first = ""] = lines;
  const key = first.trim().replace(/^\? /, "").replace(/:$/, "");
  const asked: Asked[] = [];
  let folder: string | null = null;
  let section = "";
  for (const [at, line] of lines.entries()) {
    const pair = readPair(line.trim());
    if (pair === null) continue;
    const depth = line.search(/[^ ]/);
    if (depth === 2) {
      section = pair.key;
      if (section === "resolution") folder = folderOf(pair.value);
    }
    if (depth !== 4 || !/^(?:peerD|d)ependencies$/.test(section)) continue;
    const isPeer = section !== "dependencies";
    asked.push({ line: start + at, isPeer, name: pair.key, range: pair.value });
  }
  const keyLines = first.startsWith("? ") ? 2 : 1;
  return { block, keyLines, descriptors: unquote(key).split(", "), folder, asked };
}

/** `"@acme/core": "npm:^1.2.0"`, or `dependencies:`. */
function readPair(line: string): { readonly key: string; readonly value: string } | null {
  const at = line.indexOf(": ");
  if (at >= 0) return { key: unquote(line.slice(0, at)), value: unquote(line.slice(at + 2)) };
  return line.endsWith(":") ? { key: line.slice(0, -1), value: "" } : null;
}

function folderOf(resolution: string): string | null {
  const at = resolution.indexOf("@workspace:");
  return at < 0 ? null : resolution.slice(at + "@workspace:".length).replace(/^\.$/, "");
}

function unquote(text: string): string {
  return /^".*"$/.test(text) ? text.slice(1, -1) : text;
}

/** Lines of a key, with the line ends of the file. */
export function formatKey(descriptors: readonly string[], lineEnd: string): readonly string[] {
  const key = `"${descriptors.join(", ")}"`;
  return (key.length > KEY_CHARS_MAX ? [`? ${key}`, ":"] : [`${key}:`]).map((own) => own + lineEnd);
}
