import { createHmac } from "node:crypto";
import { parseObjectType } from "./git-reader.ts";

export interface Signature {
  name: string;
  email: string;
  /** `2026-01-31T12:00:00Z`: GitHub shows every commit's time in UTC. */
  date: string;
}

export interface GitCommit {
  sha: string;
  treeSha: string;
  parents: string[];
  author: Signature;
  committer: Signature;
  /** Without the line feed at its end. */
  message: string;
  /** Null without a signature. A signature is verified when this local GitHub made it. */
  signature: { text: string; payload: string; isVerified: boolean } | null;
}

export interface GitTag {
  sha: string;
  name: string;
  message: string;
  tagger: Signature;
  target: { sha: string; type: "commit" | "tree" | "blob" | "tag" };
}

export interface NewCommit {
  treeSha: string;
  parents: readonly string[];
  author: Signature;
  committer: Signature;
  message: string;
  /** GitHub signs what is made over its API and website, and not what is pushed. */
  isSigned: boolean;
}

/** An entry of one tree object. */
export interface LevelEntry {
  /** `100644`, `100755`, `40000`, `120000` or `160000`, as trees spell it. */
  mode: string;
  name: string;
  sha: string;
}

/** The empty tree: what the first commit of a history is compared with. */
export const EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";

export interface TreeEntry {
  /** Path from the root of the tree that was asked for. */
  path: string;
  /** `100644`, `100755`, `040000`, `120000` or `160000`. */
  mode: string;
  type: "blob" | "tree" | "commit";
  sha: string;
  /** Bytes of a blob; null for everything else. */
  size: number | null;
}

export const TREE_MODE = "40000";
const SHA_BYTES = 20;

/** Nobody relies on it outside one process: it tells our own commits from pushed ones. */
const SIGNING_KEY = "local-github";

export function formatCommit(commit: NewCommit): Buffer {
  const head = [
    `tree ${commit.treeSha}`,
    ...commit.parents.map((parent) => `parent ${parent}`),
    `author ${formatSignature(commit.author)}`,
    `committer ${formatSignature(commit.committer)}`,
  ].join("\n");
  const message = commit.message.endsWith("\n") ? commit.message : `${commit.message}\n`;
  const payload = `${head}\n\n${message}`;
  if (!commit.isSigned) return Buffer.from(payload);
  const signature = sign(payload).split("\n").join("\n ");
  return Buffer.from(`${head}\ngpgsig ${signature}\n\n${message}`);
}

export function formatTag(tag: Omit<GitTag, "sha">): Buffer {
  const head = `object ${tag.target.sha}\ntype ${tag.target.type}\ntag ${tag.name}`;
  return Buffer.from(`${head}\ntagger ${formatSignature(tag.tagger)}\n\n${tag.message}\n`);
}

export function parseCommit(sha: string, content: Buffer): GitCommit {
  const { headers, message } = splitHeaders(content);
  const signatureText = headers.find(([key]) => key === "gpgsig")?.[1];
  return {
    sha,
    treeSha: headers.find(([key]) => key === "tree")?.[1] ?? "",
    parents: headers.filter(([key]) => key === "parent").map(([, value]) => value),
    author: parseSignature(headers.find(([key]) => key === "author")?.[1] ?? ""),
    committer: parseSignature(headers.find(([key]) => key === "committer")?.[1] ?? ""),
    message: message.replace(/\n+$/, ""),
    signature:
      signatureText === undefined ? null : readSignature(signatureText, content.toString("utf8")),
  };
}

export function parseTag(sha: string, content: Buffer): GitTag {
  const { headers, message } = splitHeaders(content);
  const header = (key: string): string => headers.find(([each]) => each === key)?.[1] ?? "";
  return {
    sha,
    name: header("tag"),
    message: message.replace(/\n+$/, ""),
    tagger: parseSignature(header("tagger")),
    target: { sha: header("object"), type: parseObjectType(header("type")) },
  };
}

/** The content of one tree object. */
export function parseLevel(content: Buffer): LevelEntry[] {
  const entries: LevelEntry[] = [];
  for (let at = 0; at < content.length;) {
    const space = content.indexOf(0x20, at);
    const end = content.indexOf(0, space);
    entries.push({
      mode: content.toString("latin1", at, space),
      name: content.toString("utf8", space + 1, end),
      sha: content.toString("hex", end + 1, end + 1 + SHA_BYTES),
    });
    at = end + 1 + SHA_BYTES;
  }
  return entries;
}

/** Git sorts by bytes, and folders as if their names ended in a slash. */
export function formatLevel(entries: readonly LevelEntry[]): Buffer {
  const keyed = entries.map((entry) => ({
    entry,
    key: Buffer.from(entry.mode === TREE_MODE ? `${entry.name}/` : entry.name),
  }));
  keyed.sort((one, other) => Buffer.compare(one.key, other.key));
  return Buffer.concat(
    keyed.flatMap(({ entry }) => [
      Buffer.from(`${entry.mode} ${entry.name}\0`),
      Buffer.from(entry.sha, "hex"),
    ]),
  );
}

/** The output of `git ls-tree -z -l`. */
export function parseTree(text: string): TreeEntry[] {
  return text
    .split("\0")
    .filter((line) => line !== "")
    .map((line) => {
      const tab = line.indexOf("\t");
      const [mode = "", type = "", sha = "", size = "-"] = line.slice(0, tab).split(/ +/);
      return {
        path: line.slice(tab + 1),
        mode,
        type: parseEntryType(type),
        sha,
        size: size === "-" ? null : Number(size),
      };
    });
}

function parseEntryType(word: string): TreeEntry["type"] {
  const type = parseObjectType(word);
  if (type === "tag") throw new Error("Trees hold no tags.");
  return type;
}

function splitHeaders(content: Buffer): { headers: [string, string][]; message: string } {
  const text = content.toString("utf8");
  const end = text.indexOf("\n\n");
  const head = end === -1 ? text.replace(/\n$/, "") : text.slice(0, end);
  const headers: [string, string][] = [];
  for (const line of head.split("\n")) {
    const last = headers.at(-1);
    if (line.startsWith(" ") && last !== undefined) last[1] += `\n${line.slice(1)}`;
    else headers.push([line.slice(0, line.indexOf(" ")), line.slice(line.indexOf(" ") + 1)]);
  }
  return { headers, message: end === -1 ? "" : text.slice(end + 2) };
}

/** Git's own separators may stand in no name and no address. */
function clean(text: string): string {
  return text.replace(/[<>\n\0]/g, "").trim();
}

function formatSignature(signature: Signature): string {
  const seconds = Math.floor(Date.parse(signature.date) / 1_000);
  return `${clean(signature.name) || "unknown"} <${clean(signature.email)}> ${seconds} +0000`;
}

function parseSignature(line: string): Signature {
  const match = /^(.*?) ?<([^>]*)> (-?\d+)/.exec(line);
  const seconds = Number(match?.[3] ?? 0);
  return {
    name: match?.[1] ?? "",
    email: match?.[2] ?? "",
    date: `${new Date(seconds * 1_000).toISOString().slice(0, 19)}Z`,
  };
}

function sign(payload: string): string {
  const digest = createHmac("sha256", SIGNING_KEY).update(payload).digest("base64");
  return `-----BEGIN PGP SIGNATURE-----\n\n${digest}\n-----END PGP SIGNATURE-----`;
}

function readSignature(text: string, content: string): GitCommit["signature"] {
  // The header's continuation lines start with a blank; the empty line inside it is a lone blank.
  const payload = content.replace(/^gpgsig (?:.*\n)(?: .*\n)*/m, "");
  const trimmed = text.trim();
  return { text: trimmed, payload, isVerified: trimmed === sign(payload) };
}
