import { countSame, NEWLINE, SparseLines } from "./sparse-lines.ts";

/** Lines of one text file that a change adds and takes away. */
export interface LineCount {
  readonly additions: number;
  readonly deletions: number;
}

/** What a patch does to one file. */
export interface PatchCount {
  readonly all: LineCount;
  /** Without lines that only moved by white space, and without empty ones. */
  readonly real: LineCount;
  readonly isBinary: boolean;
}

/** The patch of one file as GitHub gives it: hunks and what is in them. */
export function countPatch(patch: string): PatchCount {
  const counter = new PatchCounter();
  const count = counter.begin();
  counter.add(new TextEncoder().encode(patch));
  counter.end();
  return count;
}

const [PLUS, MINUS, BACKSLASH, LETTER_D] = [0x2b, 0x2d, 0x5c, 0x64];

/** So many tell what a line outside of hunks is: `diff --git`, `Binary files`, `@@ -1 +1 @@`. */
const HEAD_BYTES = 4;
const FILE = codeOf("diff");
const BINARY = codeOf("Bina");
const HUNK = codeOf("@@ -");

function codeOf(head: string): number {
  return new TextEncoder().encode(head).reduce(pack, 0);
}

function pack(code: number, byte: number): number {
  return (code << 8) | byte;
}

interface OpenCount extends PatchCount {
  readonly all: { additions: number; deletions: number };
  readonly real: { additions: number; deletions: number };
  isBinary: boolean;
}

/**
 * Counts the lines of patches as `git diff` prints them, wherever the output was cut. It reads bytes,
 * because a change may have millions of lines, and hardly any has to become a string.
 */
export class PatchCounter {
  readonly #files: OpenCount[] = [];
  #file = openCount();
  #isInHunk = false;
  /** What the line is that is being read. */
  #line: "start" | "removed" | "added" | "head" | "other" = "start";
  #headCode = 0;
  #headBytes = 0;
  /** What was taken away in one place, and what came there. */
  readonly #removed = new SparseLines();
  readonly #added = new SparseLines();

  /** What follows are hunks of another file. */
  begin(): PatchCount {
    this.#startFile();
    this.#isInHunk = true;
    return this.#file;
  }

  add(bytes: Uint8Array): void {
    let at = 0;
    while (at < bytes.length) {
      if (this.#line === "start") at += this.#startLine(bytes[at]);
      at = this.#readLine(bytes, at);
      if (at < bytes.length) this.#endLine();
      at += 1;
    }
  }

  /** One count a file, in the order of the patches. */
  end(): readonly PatchCount[] {
    this.#endLine();
    this.#close();
    return this.#files;
  }

  /** How many bytes of it are no text. */
  #startLine(first: number | undefined): 0 | 1 {
    if (!this.#isInHunk) {
      this.#line = "head";
    } else if (first === PLUS) {
      this.#line = "added";
      return 1;
    } else if (first === MINUS) {
      if (this.#added.lines > 0) this.#close();
      this.#line = "removed";
      return 1;
    } else {
      // "\ No newline at end of file" stands between the two.
      if (first !== BACKSLASH) this.#close();
      this.#line = first === LETTER_D ? "head" : "other";
    }
    return 0;
  }

  /** The place of the line's end, or of the end of what there is. */
  #readLine(bytes: Uint8Array, from: number): number {
    if (this.#line === "removed") return this.#removed.read(bytes, from);
    if (this.#line === "added") return this.#added.read(bytes, from);
    const end = findEnd(bytes, from);
    if (this.#line === "head") this.#readHead(bytes, from, end);
    return end;
  }

  #readHead(bytes: Uint8Array, from: number, to: number): void {
    for (let at = from; at < to && this.#headBytes < HEAD_BYTES; at += 1) {
      this.#headCode = pack(this.#headCode, Number(bytes[at]));
      this.#headBytes += 1;
    }
  }

  #endLine(): void {
    if (this.#line === "removed") this.#removed.endLine(true);
    else if (this.#line === "added") this.#added.endLine(this.#removed.texts > 0);
    else if (this.#line === "head") this.#endHead();
    this.#line = "start";
  }

  #endHead(): void {
    const code = this.#headCode;
    this.#headCode = 0;
    this.#headBytes = 0;
    if (code === FILE) this.#startFile();
    else if (code === HUNK) this.#isInHunk = true;
    else if (code === BINARY) this.#file.isBinary = true;
  }

  #startFile(): void {
    this.#file = openCount();
    this.#files.push(this.#file);
    this.#isInHunk = false;
  }

  #close(): void {
    const removed = this.#removed;
    const added = this.#added;
    if (removed.lines === 0 && added.lines === 0) return;
    const { all, real } = this.#file;
    const same = countSame(removed, added);
    all.additions += added.lines;
    all.deletions += removed.lines;
    real.additions += added.texts - same;
    real.deletions += removed.texts - same;
    removed.clear();
    added.clear();
  }
}

/** Of the line, or of all of it. */
function findEnd(bytes: Uint8Array, from: number): number {
  let at = from;
  while (at < bytes.length && bytes[at] !== NEWLINE) at += 1;
  return at;
}

function openCount(): OpenCount {
  return {
    all: { additions: 0, deletions: 0 },
    real: { additions: 0, deletions: 0 },
    isBinary: false,
  };
}
