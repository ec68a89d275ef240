import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { dirname, join } from "node:path";

/*
 * Refs of a bare repository as git keeps them at first: one file each, written under git's own locks
 * (`git help repository-layout`). A file costs a hundredth of a process. What is not that plain is
 * left to the program: `undefined` says so.
 */

/** To list more files than this costs as much as to ask git. */
const LISTED_MAX = 300;

/** A full name that git accepts and that cannot be mistaken for an option or an expression. */
export function isRefName(name: string): boolean {
  return (
    /^refs\/[^/]+\/./.test(name) &&
    // oxlint-disable-next-line no-control-regex -- git forbids control characters
    !/[\u0000-\u0020\u007f~^:?*[\\]|\.\.|@\{|\/\/|\/\.|\.$|\/$|\.lock(\/|$)/.test(name)
  );
}

/** SHA that a ref points to; null where there is none. */
export function readLooseRef(directory: string, name: string): string | null | undefined {
  const text = readText(join(directory, name));
  if (text === null) return arePacked(directory) ? undefined : null;
  return parseRef(text);
}

/** All of them, in the order of their names. */
export function listLooseRefs(directory: string): { name: string; sha: string }[] | undefined {
  if (arePacked(directory)) return undefined;
  const names = readdirSync(join(directory, "refs"), { recursive: true, withFileTypes: true })
    .filter((file) => file.isFile() && !file.name.endsWith(".lock"))
    .map((file) => join(file.parentPath, file.name).slice(directory.length + 1));
  if (names.length > LISTED_MAX) return undefined;
  const refs: { name: string; sha: string }[] = [];
  for (const name of names) {
    const sha = parseRef(readText(join(directory, name)) ?? "");
    if (sha === undefined) return undefined;
    refs.push({ name, sha });
  }
  return refs.toSorted((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)));
}

/**
 * Compare and swap. `before` null: there is none; absent: whatever it is. `after` null: there is to
 * be none; else an object that exists. False where `before` is not true.
 */
export function changeLooseRef(
  directory: string,
  name: string,
  change: { before?: string | null; after: string | null },
): boolean | undefined {
  if (arePacked(directory)) return undefined;
  const path = join(directory, name);
  const lockPath = `${path}.lock`;
  let lock: number;
  try {
    mkdirSync(dirname(path), { recursive: true });
    lock = openSync(lockPath, "wx");
  } catch {
    // Somebody else is at it, or a ref stands where this one needs a folder.
    return undefined;
  }
  let isOurs = true;
  try {
    const { before, after } = change;
    if (before !== undefined && readLooseRef(directory, name) !== before) return false;
    if (after === null) {
      unlinkSync(path);
    } else {
      writeSync(lock, `${after}\n`);
      renameSync(lockPath, path);
      isOurs = false;
    }
    return true;
  } catch {
    // A folder has that name, which git takes away when it is empty.
    return undefined;
  } finally {
    closeSync(lock);
    if (isOurs) unlinkSync(lockPath);
  }
}

/** Packed, many stand in one file, and which of two counts is for git to say. */
function arePacked(directory: string): boolean {
  return existsSync(join(directory, "packed-refs"));
}

/** Null where there is no such file. */
function readText(path: string): string | null {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return null;
  }
}

/** Undefined for one that names another ref. */
function parseRef(text: string): string | undefined {
  return /^([0-9a-f]{40})\n?$/.exec(text)?.[1];
}
