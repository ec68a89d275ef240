import { lstat, open } from "node:fs/promises";
import type { PolicyError } from "../../core/policy/policy-errors.ts";
import { POLICY_BYTES_MAX } from "../../core/policy/policy.ts";
import { errorsOf } from "../../core/pulls/pull-policy.ts";
import type { PullPolicy } from "../../core/pulls/pull-policy.ts";
import type { PolicyFile } from "../../core/state.ts";
import { AppError } from "../../errors.ts";

/** A policy file as it stands on this machine. */
export interface LocalPolicy {
  readonly file: PolicyFile;
  /** Empty: it is valid. */
  readonly errors: readonly PolicyError[];
}

/** Throws `usage/invalid` where nothing can be read there. A file is judged as git would hold it. */
export async function readLocalPolicy(path: string): Promise<LocalPolicy> {
  const found = await lstat(path).catch((error: unknown) => {
    throw new AppError("usage/invalid", missing(path, error), {
      retry: { kind: "never" },
      cause: error,
    });
  });
  const is: PullPolicy["is"] = found.isSymbolicLink()
    ? "link"
    : found.isDirectory()
      ? "folder"
      : "file";
  const text = is === "file" && found.size <= POLICY_BYTES_MAX ? await readText(path) : null;
  const file = { path, sha: "", text, sizeBytes: found.size };
  return { file, errors: errorsOf({ file, is, ourCheck: null }) };
}

function missing(path: string, error: unknown): string {
  const isAbsent = error instanceof Error && "code" in error && error.code === "ENOENT";
  return isAbsent
    ? `there is no ${path}. A complete policy is one line, "version: 1": docs/policy.md`
    : `${path} cannot be read (${error instanceof Error ? error.message : String(error)})`;
}

/** Null where GitHub would call it binary. */
async function readText(path: string): Promise<string | null> {
  const handle = await open(path).catch((error: unknown) => {
    throw new AppError("usage/invalid", missing(path, error), {
      retry: { kind: "never" },
      cause: error,
    });
  });
  try {
    const bytes = await handle.readFile();
    return bytes.includes(0) ? null : bytes.toString("utf8");
  } finally {
    await handle.close();
  }
}
