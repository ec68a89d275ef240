import type { Sha } from "../core/state.ts";
import { converseWithGit } from "./program.ts";

/** A folder or a file that is looked for, or both where nobody knows which of them is there. */
interface Wanted {
  /** Of the file; null: nobody wants it. */
  path: string | null;
  readonly inside: Map<string, Wanted>;
}

/** What git is asked for, in the order of its answers. */
interface Asked {
  readonly object: string;
  readonly wanted: Wanted;
}

/**
 * Texts of files of a commit that are there, in one process. Folder by folder, because git would go
 * from the root to each of them, which takes longer than all else where there are many.
 */
export async function readTextsAt(
  folder: string,
  commit: Sha,
  paths: readonly string[],
): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const root: Wanted = { path: null, inside: new Map() };
  for (const path of paths) addPath(root, path);
  await ask(folder, [{ object: `${commit}:`, wanted: root }], ({ wanted }, answer) =>
    answer.type === "tree"
      ? findInside(answer.body, wanted, commit.length / 2)
      : keepText(found, wanted, answer),
  );
  return found;
}

/** The same of the index. A path with a line feed cannot be asked for. */
export async function readStagedTexts(
  folder: string,
  paths: readonly string[],
): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const asked = paths
    .filter((path) => !path.includes("\n"))
    .map((path) => ({ object: `:${path}`, wanted: { path, inside: new Map() } }));
  await ask(folder, asked, ({ wanted }, answer) => keepText(found, wanted, answer));
  return found;
}

function keepText(found: Map<string, string>, { path }: Wanted, { type, body }: Answer): [] {
  if (type === "blob" && path !== null) found.set(path, body.toString("utf8"));
  return [];
}

function addPath(root: Wanted, path: string): void {
  let at = root;
  for (const name of path.split("/")) {
    const next = at.inside.get(name) ?? { path: null, inside: new Map() };
    at.inside.set(name, next);
    at = next;
  }
  at.path = path;
}

/** A tree's content is `100644 name`, NUL and a hash, again and again; trees in it have mode `40000`. */
function findInside(tree: Buffer, { inside }: Wanted, hashBytes: number): readonly Asked[] {
  const asked: Asked[] = [];
  for (let at = 0; at < tree.length;) {
    const isFolder = tree[at] === FOUR;
    const name = tree.indexOf(" ", at) + 1;
    const end = tree.indexOf(0, name);
    at = end + 1 + hashBytes;
    const wanted = inside.get(tree.toString("utf8", name, end));
    if (wanted === undefined) continue;
    const object = tree.toString("hex", end + 1, at);
    if (!isFolder) asked.push({ object, wanted });
    else if (wanted.inside.size > 0) asked.push(askInside(object, wanted));
  }
  return asked;
}

const FOUR = 0x34;

/** One file in a folder is asked for by its name, and the rest of the folder stays where it is. */
function askInside(object: string, wanted: Wanted): Asked {
  const [[name, only] = ["", wanted]] = wanted.inside;
  const isOne = wanted.inside.size === 1 && only.inside.size === 0 && !name.includes("\n");
  return isOne ? { object: `${object}:${name}`, wanted: only } : { object, wanted };
}

type OnAnswer = (asked: Asked, answer: Answer) => readonly Asked[];

/** Asks for objects, and for those that an answer leads to. What is not there is passed over. */
async function ask(folder: string, first: readonly Asked[], onAnswer: OnAnswer): Promise<void> {
  const open = [...first];
  const reader = new AnswerReader();
  let answered = 0;
  await converseWithGit(folder, ["cat-file", "--batch"], (stdin) => {
    const write = (asked: readonly Asked[]): void => {
      if (asked.length > 0) stdin.write(asked.map(({ object }) => `${object}\n`).join(""));
      if (answered === open.length) stdin.end();
    };
    write(open);
    return (chunk) => {
      const from = open.length;
      for (const answer of reader.add(chunk)) {
        const asked = open[answered];
        answered += 1;
        if (answer === null || asked === undefined) continue;
        for (const more of onAnswer(asked, answer)) open.push(more);
      }
      write(open.slice(from));
    };
  });
}

interface Answer {
  readonly type: string;
  readonly body: Buffer;
}

const HEAD = /^[0-9a-f]+ (\w+) (\d+)$/;

/** Answers of `git cat-file --batch`, wherever its output was cut. */
class AnswerReader {
  #chunks: Buffer[] = [];
  #bytes = 0;
  /** With fewer no answer is whole. */
  #wanted = 1;

  /** Those that are whole by now; null: there is no such object. */
  add(chunk: Buffer): readonly (Answer | null)[] {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    if (this.#bytes < this.#wanted) return [];
    const answers: (Answer | null)[] = [];
    let left = Buffer.concat(this.#chunks);
    for (;;) {
      const start = left.indexOf("\n") + 1;
      const [, type, size] = HEAD.exec(left.toString("latin1", 0, Math.max(0, start - 1))) ?? [];
      const end = type === undefined ? start : start + Number(size) + 1;
      this.#wanted = start === 0 ? left.length + 1 : end;
      if (left.length < this.#wanted) break;
      answers.push(type === undefined ? null : { type, body: left.subarray(start, end - 1) });
      left = left.subarray(end);
    }
    this.#chunks = [left];
    this.#bytes = left.length;
    return answers;
  }
}
