import { array, constant, constantFrom, integer, oneof, record } from "fast-check";
import type { Arbitrary } from "fast-check";
import type { Restore } from "../../../src/core/rollback/rollback.ts";

/**
 * Histories that are drawn: pulls merged in each way, some to a release, and work after it. Files are
 * edited, taken away and brought back, renamed, made executable, given other line ends; there are a
 * file of bytes, a symbolic link, a submodule, and a folder that moves with all in it.
 */

export interface Entry {
  readonly mode: "100644" | "100755" | "120000" | "160000";
  /** One byte a character; of a submodule the 40 hex digits of its commit. */
  readonly content: string;
}

/** By path. */
export type Tree = ReadonlyMap<string, Entry>;

/** What a file of the history is like; it keeps its name here when it is renamed there. */
export interface FileState {
  readonly path: string;
  /** Null: it is gone. */
  readonly lines: readonly string[] | null;
  readonly mode: Entry["mode"];
  readonly end: string;
}

/** By the name that a file begins with. */
export type Files = ReadonlyMap<string, FileState>;

const TEXTS = ["a.txt", "b.txt", "web/c.txt", "web/admin/d.txt", "web/e.txt"] as const;
/** Its lines are alike, so that git may take one for another. */
export const ALIKE = "alike.txt";
const BYTES = "logo.png";
const LINK = "link";
const MODULE = "vendor/lib";
const LINES = 9;

export type Change =
  | { readonly kind: "line"; readonly file: string; readonly line: number; readonly value: number }
  | { readonly kind: "insert"; readonly line: number; readonly value: number }
  | { readonly kind: "cut"; readonly line: number }
  | { readonly kind: "toggle" | "rename" | "mode" | "ends"; readonly file: string }
  | { readonly kind: "bytes" | "link" | "module"; readonly value: number }
  | { readonly kind: "folder" };

const text = constantFrom(...TEXTS);
/** 0 is how it began. */
const value = integer({ min: 0, max: 3 });
const line = integer({ min: 0, max: LINES - 1 });
const of = <Kind extends string>(...kinds: readonly [Kind, ...Kind[]]): Arbitrary<Kind> =>
  constantFrom(...kinds);

const change: Arbitrary<Change> = oneof(
  { weight: 10, arbitrary: record({ kind: of("line"), file: text, line, value }) },
  { weight: 2, arbitrary: record({ kind: of("insert"), line, value }) },
  { weight: 2, arbitrary: record({ kind: of("cut"), line }) },
  {
    weight: 4,
    arbitrary: record({
      kind: of("toggle"),
      file: constantFrom(...TEXTS, BYTES, LINK, MODULE),
    }),
  },
  { weight: 2, arbitrary: record({ kind: of("rename", "mode", "ends"), file: text }) },
  { weight: 3, arbitrary: record({ kind: of("bytes", "link", "module"), value }) },
  { weight: 1, arbitrary: record({ kind: of("folder") }) },
);

/** How a pull came to the branch; `parallel`: by a merge of a branch that began before the one before. */
const WAYS = ["push", "squash", "rebase", "merge", "parallel"] as const;

const unitOf = (maxLength: number): Arbitrary<Unit> =>
  record({ by: constantFrom(...WAYS), changes: array(change, { minLength: 1, maxLength }) });
export interface Unit {
  readonly by: (typeof WAYS)[number];
  readonly changes: readonly Change[];
}

export interface History {
  readonly batches: readonly (readonly Unit[])[];
  /** Merged after the newest release. */
  readonly later: readonly Unit[];
  /** Which batch is bad, of so many as there are. */
  readonly bad: number;
  /** Whose files go back. */
  readonly part: Part;
}

export type Part = Pick<Restore, "path" | "others">;

export const WHOLE: Part = { path: null, others: [] };
const PARTS: readonly Part[] = [
  { path: "web", others: ["web/admin"] },
  { path: "web/admin", others: [] },
  { path: null, others: ["web"] },
];

export const history: Arbitrary<History> = record({
  batches: array(array(unitOf(3), { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 3 }),
  later: array(unitOf(2), { maxLength: 2 }),
  bad: integer({ min: 0, max: 2 }),
  part: oneof({ weight: 3, arbitrary: constant(WHOLE) }, constantFrom(...PARTS)),
});

const sayLine = (file: string, at: number, written = 0): string =>
  `${file} line ${at}${written === 0 ? "" : `, ${written}`}`;

const fresh = (file: string): string[] =>
  Array.from({ length: LINES }, (_, at) => (file === ALIKE ? "  }" : sayLine(file, at)));

function begin(path: string): FileState {
  const mode = path === LINK ? "120000" : path === MODULE ? "160000" : "100644";
  return { path, lines: startOf(path), mode, end: path === BYTES ? "\0" : "\n" };
}

/** The name of no object has no digit but 0. */
const nameModule = (nth: number): string => `${nth + 1}`.padStart(40, "0");

function startOf(file: string): readonly string[] {
  if (file === LINK) return ["a.txt"];
  return file === MODULE ? [nameModule(0)] : fresh(file);
}

export const START: Files = new Map(
  [...TEXTS, ALIKE, BYTES, LINK, MODULE].map((file) => [file, begin(file)]),
);

/** The files after it. */
export function apply(files: Files, done: Change): Files {
  const next = new Map(files);
  const put = (file: string, edit: (state: FileState) => Partial<FileState>): void => {
    const state = files.get(file);
    if (state !== undefined) next.set(file, { ...state, ...edit(state) });
  };
  const write = (file: string, edit: (lines: readonly string[]) => readonly string[]): void => {
    put(file, ({ lines }) => (lines === null ? {} : { lines: edit(lines) }));
  };
  switch (done.kind) {
    case "line":
      write(done.file, (lines) => lines.with(done.line, sayLine(done.file, done.line, done.value)));
      break;
    case "insert":
      write(ALIKE, (lines) => lines.toSpliced(done.line, 0, `{ ${done.value}`, "  }"));
      break;
    case "cut":
      write(ALIKE, (lines) => (lines.length > 1 ? lines.toSpliced(done.line, 1) : lines));
      break;
    case "toggle":
      put(done.file, ({ lines }) => ({ lines: lines === null ? startOf(done.file) : null }));
      break;
    case "rename":
      put(done.file, ({ path, lines }) =>
        lines === null ? {} : { path: path.endsWith(".old") ? path.slice(0, -4) : `${path}.old` },
      );
      break;
    case "mode":
      put(done.file, ({ mode }) => ({ mode: mode === "100644" ? "100755" : "100644" }));
      break;
    case "ends":
      put(done.file, ({ end }) => ({ end: end === "\n" ? "\r\n" : "\n" }));
      break;
    case "bytes":
      write(BYTES, (lines) => lines.with(0, `bytes ${done.value}`));
      break;
    case "link":
      write(LINK, () => [`to ${done.value}`]);
      break;
    case "module":
      write(MODULE, () => [nameModule(done.value)]);
      break;
    case "folder":
      for (const [file, { path }] of files) {
        if (!file.startsWith("web/")) continue;
        put(file, () => ({
          path: path.startsWith("web/") ? `site/${path.slice(4)}` : `web/${path.slice(5)}`,
        }));
      }
      break;
  }
  return next;
}

export function treeOf(files: Files): Tree {
  const entries = [...files.values()].flatMap(({ path, lines, mode, end }): [string, Entry][] => {
    if (lines === null) return [];
    const isWhole = mode === "120000" || mode === "160000";
    return [
      [
        path,
        { mode, content: isWhole ? lines.join("") : lines.map((each) => each + end).join("") },
      ],
    ];
  });
  return new Map(entries);
}

const isBelow = (name: string, folder: string): boolean => name.startsWith(`${folder}/`);

/** The bad tree with the files of the part as they were before. */
export function restoreTree(before: Tree, bad: Tree, { path, others }: Part): Tree {
  const isOwn = (name: string): boolean =>
    (path === null || isBelow(name, path)) && !others.some((other) => isBelow(name, other));
  return new Map([
    ...[...bad].filter(([name]) => !isOwn(name)),
    ...[...before].filter(([name]) => isOwn(name)),
  ]);
}

/** The name that the file begins with, of a path that it may have. */
export function nameOf(path: string): string {
  return path.replace(/\.old$/, "").replace(/^site\//, "web/");
}
