import { createHash, randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { deflateSync, inflateSync } from "node:zlib";
import { parseLevel, TREE_MODE, type TreeEntry } from "./git-object.ts";
import { parseObjectType, type GitObject, type ObjectType } from "./git-reader.ts";
import { isRefName, readLooseRef } from "./loose-refs.ts";

/** Bigger ones are read again each time. */
const KEPT_BYTES_MAX = 65_536;
const KEPT_MAX = 2_000;

/** Git itself is faster from so many files on. */
const LISTED_MAX = 500;
/** Mode of a submodule: a commit of another repository. */
const LINK_MODE = "160000";

/** `<sha or ref>`, peeled or with a path behind it. */
const EXPRESSION = /^([0-9a-f]{40}|refs\/[^^:]+)(?:\^\{(commit|tree|)\}|:(.*))?$/s;

/**
 * Objects of a bare repository as git writes them at first: one deflated file each. What is not
 * found that way, such as a packed one, is left to the program: `undefined` says so.
 */
export class LooseObjects {
  readonly #directory: string;
  /** They never change. */
  readonly #kept = new Map<string, GitObject>();

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Null when the expression names nothing. */
  read(expression: string): GitObject | null | undefined {
    const [, start = "", peel, path] = EXPRESSION.exec(expression) ?? [];
    const object = start.startsWith("refs/") ? this.#readRef(start) : this.#readSha(start);
    if (object === null || object === undefined) return object;
    if (path !== undefined) return this.#find(object, path);
    return peel === undefined ? object : this.#peel(object, peel);
  }

  /** As `git ls-tree -l`, `-r -t` where it goes below; undefined also where there is much to read. */
  list(tree: GitObject, isRecursive: boolean): TreeEntry[] | undefined {
    const entries: TreeEntry[] = [];
    const walk = (level: GitObject, prefix: string): boolean =>
      parseLevel(level.content).every(({ mode, name, sha }) => {
        const type = mode === TREE_MODE ? "tree" : mode === LINK_MODE ? "commit" : "blob";
        const isWalked = type === "tree" && isRecursive;
        const object = type === "blob" || isWalked ? this.#readSha(sha) : null;
        if (object === undefined || entries.length === LISTED_MAX) return false;
        const size = type === "blob" ? (object?.content.length ?? null) : null;
        const path = `${prefix}${name}`;
        entries.push({ path, mode: mode.padStart(6, "0"), type, sha, size });
        return !isWalked || object === null || walk(object, `${path}/`);
      });
    return walk(tree, "") ? entries : undefined;
  }

  /** SHA of the object, which is there now. */
  write(type: ObjectType, content: Buffer): string {
    const data = Buffer.concat([Buffer.from(`${type} ${content.length}\0`), content]);
    const sha = createHash("sha1").update(data).digest("hex");
    const path = this.#pathOf(sha);
    if (existsSync(path)) return sha;
    const folder = join(path, "..");
    mkdirSync(folder, { recursive: true });
    const temporary = join(folder, `tmp_obj_${randomUUID()}`);
    writeFileSync(temporary, deflateSync(data), { mode: 0o444 });
    renameSync(temporary, path);
    this.#keep({ sha, type, content: Buffer.from(content) });
    return sha;
  }

  #readRef(name: string): GitObject | null | undefined {
    if (!isRefName(name)) return undefined;
    const sha = readLooseRef(this.#directory, name);
    return typeof sha === "string" ? this.#readSha(sha) : sha;
  }

  #readSha(sha: string): GitObject | undefined {
    const kept = this.#kept.get(sha);
    if (kept !== undefined || sha === "") return kept;
    let data: Buffer;
    try {
      data = inflateSync(readFileSync(this.#pathOf(sha)));
    } catch {
      return undefined;
    }
    const end = data.indexOf(0);
    const [type] = data.toString("latin1", 0, end).split(" ");
    return this.#keep({ sha, type: parseObjectType(type), content: data.subarray(end + 1) });
  }

  #keep(object: GitObject): GitObject {
    if (object.content.length > KEPT_BYTES_MAX) return object;
    if (this.#kept.size >= KEPT_MAX) this.#kept.clear();
    this.#kept.set(object.sha, object);
    return object;
  }

  /** To a commit or a tree; "": to whatever is no tag. */
  #peel(object: GitObject, to: string): GitObject | null | undefined {
    if (object.type === to || (to === "" && object.type !== "tag")) return object;
    if (object.type === "tag") return this.#follow(object, /^object ([0-9a-f]{40})$/m, to);
    if (object.type === "commit") return this.#follow(object, /^tree ([0-9a-f]{40})$/m, to);
    return null;
  }

  #follow({ content, type }: GitObject, line: RegExp, to: string): GitObject | null | undefined {
    if (type === "commit" && to !== "tree") return null;
    const next = this.#readSha(line.exec(content.toString("latin1"))?.[1] ?? "");
    return next === undefined ? undefined : this.#peel(next, to);
  }

  #find(root: GitObject, path: string): GitObject | null | undefined {
    const parts = path === "" ? [] : path.split("/");
    // Dots mean something to git, and a slash at the end does.
    if (parts.some((part) => part === "" || part === "." || part === "..")) return undefined;
    let found = this.#peel(root, "tree");
    for (const part of parts) {
      if (found?.type !== "tree") return found === undefined ? undefined : null;
      const entry = parseLevel(found.content).find(({ name }) => name === part);
      if (entry === undefined) return null;
      found = this.#readSha(entry.sha);
    }
    return found;
  }

  #pathOf(sha: string): string {
    return join(this.#directory, "objects", sha.slice(0, 2), sha.slice(2));
  }
}
