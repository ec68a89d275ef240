import { PatchCounter } from "../core/size/size-patch.ts";
import type { LineCount, PatchCount } from "../core/size/size-patch.ts";
import type { ChangedFile } from "../core/size/size.ts";

interface Entry {
  readonly status: string;
  readonly path: string;
  readonly previousPath: string | null;
}

/**
 * Reads entries (`:100644 100644 aaa bbb M`, path) up to an empty one, then patches in the order of
 * the entries, wherever the output was cut into chunks. A change of type has two patches.
 */
export class DiffReader {
  readonly #patches = new PatchCounter();
  readonly #head: Uint8Array[] = [];
  #entries: readonly Entry[] | null = null;
  readonly #onPaths: (paths: readonly string[]) => void;

  /** `onPaths`: all are known, and patches come. */
  constructor(onPaths: (paths: readonly string[]) => void) {
    this.#onPaths = onPaths;
  }

  add(chunk: Buffer): void {
    if (this.#entries !== null) {
      this.#patches.add(chunk);
      return;
    }
    const isEnd = chunk[0] === 0 && this.#head.at(-1)?.at(-1) === 0;
    const end = isEnd ? 0 : chunk.indexOf("\0\0") + 1;
    if (end === 0 && !isEnd) {
      this.#head.push(chunk);
      return;
    }
    this.#head.push(chunk.subarray(0, end));
    this.#readEntries();
    this.#patches.add(chunk.subarray(end + 1));
  }

  end(): readonly ChangedFile[] {
    const entries = this.#entries ?? this.#readEntries();
    const patches = this.#patches.end();
    let at = 0;
    return entries.map((entry) => {
      const own = patches.slice(at, at + (entry.status === "T" ? 2 : 1));
      at += own.length;
      return toFile(entry, own);
    });
  }

  #readEntries(): readonly Entry[] {
    const entries = readEntries(Buffer.concat(this.#head).toString("utf8"));
    this.#entries = entries;
    this.#onPaths(entries.map(({ path }) => path));
    return entries;
  }
}

function readEntries(text: string): readonly Entry[] {
  const entries: Entry[] = [];
  for (let at = 0; at < text.length;) at = readEntry(text, at, entries);
  return entries;
}

/**
 * `:100644 100644 aaa bbb M` and a path; after `R100` and `C` two of them; each ends with NUL. The place
 * after it.
 */
function readEntry(text: string, from: number, entries: Entry[]): number {
  const head = text.indexOf("\0", from);
  const status = text.charAt(text.lastIndexOf(" ", head) + 1);
  const first = text.indexOf("\0", head + 1);
  if (status !== "R" && status !== "C") {
    entries.push({ status, path: text.slice(head + 1, first), previousPath: null });
    return first + 1;
  }
  const second = text.indexOf("\0", first + 1);
  const previousPath = text.slice(head + 1, first);
  entries.push({ status, path: text.slice(first + 1, second), previousPath });
  return second + 1;
}

const STATUSES: Readonly<Record<string, ChangedFile["status"]>> = {
  A: "added",
  C: "added",
  D: "removed",
  R: "renamed",
};

function toFile(
  { status, path, previousPath }: Entry,
  patches: readonly PatchCount[],
): ChangedFile {
  const sum = (of: "all" | "real"): LineCount => ({
    additions: patches.reduce((lines, count) => lines + count[of].additions, 0),
    deletions: patches.reduce((lines, count) => lines + count[of].deletions, 0),
  });
  return {
    path,
    previousPath,
    status: STATUSES[status] ?? "modified",
    isBinary: patches.some(({ isBinary }) => isBinary),
    ...sum("all"),
    real: sum("real"),
  };
}
