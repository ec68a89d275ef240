import { createHash } from "node:crypto";
import type { FileSeen } from "../core/files/version-files.ts";
import type { Sha } from "../core/state.ts";
import type { ContentsAnswer } from "./answers.ts";
import { understand } from "./failure.ts";
import { ask, chunk, numbered } from "./look.ts";
import type { Look } from "./look.ts";
import { blobAnswer, filesAnswer } from "./version-file-answers.ts";
import { formatFiles } from "./version-file-documents.ts";

/** Bytes of one file. Lock files of the largest workspaces seen have three million. */
const FILE_BYTES_MAX = 5_000_000;

const FILES_PER_REQUEST = 50;

/** A file of one commit: with its text, or the name of its content only. */
export interface FileWish {
  readonly at: Sha;
  readonly path: string;
}

/** As git names the content: equal means equal, byte for byte. */
export function nameBlob(text: string): Sha {
  const bytes = Buffer.from(text, "utf8");
  return createHash("sha1").update(`blob ${bytes.length}\0`).update(bytes).digest("hex");
}

export interface FilesRead {
  /** A file that was asked for with its text. */
  fileAt(at: Sha, path: string): FileSeen;
  /** Name of the content of a file that was asked for without; null: no file is there. */
  blobAt(at: Sha, path: string): Sha | null;
  /** What was asked for, and more. */
  readMore(wishes: FileWishes): Promise<FilesRead>;
}

export interface FileWishes {
  readonly texts: readonly FileWish[];
  readonly blobs: readonly FileWish[];
}

export function readFiles(look: Look, wishes: FileWishes): Promise<FilesRead> {
  return readInto(look, wishes, { files: new Map(), names: new Map() });
}

interface Known {
  readonly files: ReadonlyMap<string, FileSeen>;
  readonly names: ReadonlyMap<string, Sha | null>;
}

async function readInto(
  look: Look,
  { texts, blobs }: FileWishes,
  known: Known,
): Promise<FilesRead> {
  const files = new Map(known.files);
  const names = new Map(known.names);
  const wishes = [
    ...[...new Set(texts.map(format))].map((name) => ({ name, hasText: true })),
    ...[...new Set(blobs.map(format))].map((name) => ({ name, hasText: false })),
    // A commit's file never changes.
  ].filter(({ name, hasText }) => !(hasText ? files : names).has(name));
  for (const part of chunk(wishes, FILES_PER_REQUEST)) {
    const withText = part.filter(({ hasText }) => hasText).map(({ name }) => name);
    const without = part.filter(({ hasText }) => !hasText).map(({ name }) => name);
    const { repository } = await ask(look, filesAnswer, {
      document: formatFiles(withText.length, without.length),
      variables: { ...numbered("e", withText), ...numbered("o", without) },
    });
    for (const [index, name] of withText.entries()) {
      const path = name.slice(name.indexOf(":") + 1);
      files.set(name, await readFile(look, path, repository[`e${index}`] ?? null));
    }
    for (const [index, name] of without.entries()) {
      names.set(name, repository[`o${index}`]?.oid ?? null);
    }
  }
  return {
    fileAt: (at, path) => files.get(format({ at, path })) ?? { path, text: null, problem: null },
    blobAt: (at, path) => names.get(format({ at, path })) ?? null,
    readMore: (more) => readInto(look, more, { files, names }),
  };
}

function format({ at, path }: FileWish): string {
  return `${at}:${path}`;
}

/**
 * The text, if it is exactly that of the blob: GitHub's GraphQL cuts large ones and mends bytes
 * that are no UTF-8. What differs is read again as bytes.
 */
async function readFile(look: Look, path: string, answer: ContentsAnswer): Promise<FileSeen> {
  const refuse = (problem: string): FileSeen => ({ path, text: null, problem });
  if (answer === null) return { path, text: null, problem: null };
  if (answer.kind !== "Blob") return refuse("is not a file");
  const bytes = answer.byteSize ?? 0;
  if (bytes > FILE_BYTES_MAX) {
    return refuse(`has ${bytes} bytes, more than the ${FILE_BYTES_MAX} that are written`);
  }
  const { text, oid } = answer;
  if (typeof text === "string" && nameBlob(text) === oid) return { path, text, problem: null };
  const whole = await readBlob(look, oid);
  return whole === null ? refuse("is not UTF-8 text") : { path, text: whole, problem: null };
}

/** Null where it is not UTF-8. */
async function readBlob(look: Look, oid: Sha): Promise<string | null> {
  const { client, owner, name, line } = look;
  const path = `/repos/${owner}/${name}/git/blobs/${oid}`;
  const scope = { kind: "repository", repositoryId: line.repositoryId } as const;
  const answer = await client.rest({ method: "GET", path, scope });
  const { content } = understand(`GET ${path}`, blobAnswer, answer.data);
  const text = Buffer.from(content, "base64").toString("utf8");
  return nameBlob(text) === oid ? text : null;
}
