import { takes } from "./dependency-range.ts";
import type { LockFile, Move, Wish } from "./lock-file.ts";
import { replaceLast } from "./text-blocks.ts";
import { problem } from "./text-plan.ts";

/** A range in pnpm's lock file. */
interface Specifier {
  /** From 0. */
  readonly line: number;
  /** Of the package that asks; empty at the root. */
  readonly folder: string;
  readonly name: string;
  readonly range: string;
}

/** A field of a package in a catalog. */
interface Cataloged {
  /** From 0. */
  readonly line: number;
  /** `default`, or the name of another one. */
  readonly catalog: string;
  readonly name: string;
  /** `specifier`, `version`. */
  readonly field: string;
  readonly value: string;
}

interface Read {
  readonly cataloged: readonly Cataloged[];
  readonly specifiers: readonly Specifier[];
  /** What was found for each package that asks: `link:../core`, by `format`. */
  readonly found: ReadonlyMap<string, string>;
}

/** Formats of pnpm 6 and 7, of 8, and of 9 and later. */
const FORMAT = /^lockfileVersion: ["']?(?:5\.\d+|6\.\d+|9\.\d+)["']?\r?$/m;
const LOCAL = /^(?:link|file):/;
const ASKING = /^(?:specifiers|(?:dev|optional)?[dD]ependencies)$/;
/** Above what a package asks for: `importers`, its folder, `dependencies`, the name. */
const DEPTH = 4;

/**
 * pnpm's lock file has the ranges of workspaces, and `pnpm install --frozen-lockfile` compares them;
 * it has their versions nowhere. It is written by a program, two spaces a level.
 */
export function openPnpmLock(text: string): LockFile {
  const own = read(text);
  const { specifiers, found } = own;
  return {
    isLinked: (wish) => {
      const what = found.get(format(wish));
      return what === undefined ? null : LOCAL.test(what);
    },
    write: (moves, released) => {
      const linked = own.cataloged.flatMap((field) => {
        const wanted = released.find(({ name }) => name === field.name);
        return wanted === undefined || !isUsed(own, field) ? [] : [{ field, ...wanted }];
      });
      const refused = linked.find(
        ({ field, version }) => field.field === "specifier" && !takes(field.value, version),
      );
      if (refused !== undefined) {
        const { field, name, version } = refused;
        const what = `a catalog of pnpm-workspace.yaml asks for ${name} ${field.value}, which ${version} is not: widen that range`;
        return problem(field.line + 1, what);
      }
      const versions = linked.filter(({ field }) => field.field === "version");
      if (moves.length === 0 && versions.length === 0) return { kind: "planned", text };
      if (!FORMAT.test(text)) {
        return problem(null, "has a format that is not written here: 5, 6 and 9 are");
      }
      const changes = new Map([
        ...findChanges(specifiers, moves),
        ...versions.map(({ field, version }) => [field.line, [field.value, version]] as const),
      ]);
      return { kind: "planned", text: write(text, changes) };
    },
  };
}

function read(text: string): Read {
  const specifiers: Specifier[] = [];
  const found = new Map<string, string>();
  const cataloged: Cataloged[] = [];
  const path: string[] = [];
  for (const [line, own] of text.split("\n").entries()) {
    const pair = readPair(own.trim());
    if (pair === null) continue;
    path.length = Math.min(path.length, Math.floor(own.search(/[^ ]/) / 2));
    path.push(unquote(pair.key));
    const value = unquote(pair.value);
    if (value === "") continue;
    const [top, owner = "", field = "", name = "", leaf] = path;
    if (top === "catalogs") {
      cataloged.push({ line, catalog: owner, name: field, field: name, value });
    }
    const folder = top === "importers" ? owner.replace(/^\.$/, "") : folderOfInjected(owner);
    if (folder === null) continue;
    const isLeaf = path.length === DEPTH;
    if (top === "packages") {
      if (field === "peerDependencies" && isLeaf)
        specifiers.push({ line, folder, name, range: value });
    } else if (top === "importers" && ASKING.test(field)) {
      // Since format 6 a range and what was found for it stand together.
      const isRange = isLeaf ? field === "specifiers" : leaf === "specifier";
      if (isRange) specifiers.push({ line, folder, name, range: value });
      else if (isLeaf || leaf === "version") found.set(format({ folder, name }), value);
    }
  }
  return { cataloged, specifiers, found };
}

/** `specifier: ^1.2.0`, or `importers:`. */
function readPair(line: string): { readonly key: string; readonly value: string } | null {
  const at = line.indexOf(": ");
  if (at >= 0) return { key: line.slice(0, at), value: line.slice(at + 2) };
  return line.endsWith(":") ? { key: line.slice(0, -1), value: "" } : null;
}

/** `@acme/core@file:packages/core`, a copy of a workspace; null: a package of a registry. */
function folderOfInjected(key: string): string | null {
  return /(?:^|@)file:([^()]+)/.exec(key)?.[1] ?? null;
}

function unquote(text: string): string {
  const [, quote, inner = ""] = /^(["'])(.*)\1$/.exec(text) ?? [];
  return quote === undefined ? text : inner;
}

/** Does a package get this one from the workspace, by the range of the catalog? */
function isUsed({ specifiers, found }: Read, { catalog, name }: Cataloged): boolean {
  const ranges = [`catalog:${catalog}`, ...(catalog === "default" ? ["catalog:"] : [])];
  return specifiers.some(
    (own) =>
      own.name === name && ranges.includes(own.range) && LOCAL.test(found.get(format(own)) ?? ""),
  );
}

type Change = readonly [from: string, to: string];

function findChanges(
  specifiers: readonly Specifier[],
  moves: readonly Move[],
): readonly (readonly [number, Change])[] {
  const next = new Map(moves.map((move) => [`${format(move)}\n${move.range}`, move.to]));
  return specifiers.flatMap((own) => {
    const to = next.get(`${format(own)}\n${own.range}`);
    return to === undefined ? [] : [[own.line, [own.range, to]] as const];
  });
}

function write(text: string, changes: ReadonlyMap<number, Change>): string {
  const lines = text.split("\n").map((line, at) => {
    const change = changes.get(at);
    return change === undefined ? line : replaceLast(line, ...change);
  });
  return lines.join("\n");
}

function format({ folder, name }: Pick<Wish, "folder" | "name">): string {
  return `${folder}\n${name}`;
}
