import { PatchCounter } from "../core/size/size-patch.ts";
import type { ChangedFile } from "../core/size/size.ts";

interface Entry {
  readonly status: string;
  readonly path: string;
  readonly previousPath: string | null;
}

interface Patched {
  readonly counter: PatchCounter;
  isBinary: boolean;
}

/**
 * Reads entries (`:100644 100644 aaa bbb M`, path) up to an empty one, then patches in the order of
 * the entries, wherever the output was cut into chunks. A change of type has two patches.
 */
export class DiffReader {
  readonly #entries: Entry[] = [];
  readonly #patches: Patched[] = [];
  #fields: string[] = [];
  #isPatch = false;
  #rest = "";

  add(chunk: string): void {
    let text = this.#rest + chunk;
    if (!this.#isPatch) {
      const fields = text.split("\0");
      text = fields.pop() ?? "";
      while (fields.length > 0 && !this.#isPatch) this.#takeField(fields.shift() ?? "");
      if (!this.#isPatch) {
        this.#rest = text;
        return;
      }
      text = [...fields, text].join("\0");
    }
    let at = 0;
    for (let end = text.indexOf("\n"); end !== -1; end = text.indexOf("\n", at)) {
      this.#takeLine(text.slice(at, end));
      at = end + 1;
    }
    this.#rest = text.slice(at);
  }

  end(): readonly ChangedFile[] {
    if (this.#isPatch && this.#rest !== "") this.#takeLine(this.#rest);
    let at = 0;
    return this.#entries.map((entry) => {
      const patches = this.#patches.slice(at, at + (entry.status === "T" ? 2 : 1));
      at += patches.length;
      return toFile(entry, patches);
    });
  }

  #takeField(field: string): void {
    if (this.#fields.length === 0 && field === "") {
      this.#isPatch = true;
      return;
    }
    this.#fields.push(field);
    const [head = "", first = "", second] = this.#fields;
    const status = head.split(" ")[4]?.charAt(0) ?? "";
    const hasTwo = status === "R" || status === "C";
    if (this.#fields.length < (hasTwo ? 3 : 2)) return;
    const path = decode(second ?? first);
    this.#entries.push({ status, path, previousPath: hasTwo ? decode(first) : null });
    this.#fields = [];
  }

  #isInHunk = false;

  #takeLine(line: string): void {
    if (line.startsWith("diff --git ")) {
      this.#patches.push({ counter: new PatchCounter(), isBinary: false });
      this.#isInHunk = false;
      return;
    }
    const patch = this.#patches.at(-1);
    if (patch === undefined) return;
    if (line.startsWith("@@ ")) this.#isInHunk = true;
    if (this.#isInHunk) patch.counter.add(line);
    else if (line.startsWith("Binary files ")) patch.isBinary = true;
  }
}

export function decode(bytes: string): string {
  return Buffer.from(bytes, "latin1").toString("utf8");
}

const STATUSES: Readonly<Record<string, ChangedFile["status"]>> = {
  A: "added",
  C: "added",
  D: "removed",
  R: "renamed",
};

function toFile({ status, path, previousPath }: Entry, patches: readonly Patched[]): ChangedFile {
  const counts = patches.map(({ counter }) => counter.end());
  const add = (of: "all" | "real", what: "additions" | "deletions"): number =>
    counts.reduce((sum, count) => sum + count[of][what], 0);
  return {
    path,
    previousPath,
    status: STATUSES[status] ?? "modified",
    isBinary: patches.some(({ isBinary }) => isBinary),
    additions: add("all", "additions"),
    deletions: add("all", "deletions"),
    real: { additions: add("real", "additions"), deletions: add("real", "deletions") },
  };
}
