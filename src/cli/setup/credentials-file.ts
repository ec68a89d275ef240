import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import path from "node:path";
import { AppError } from "../../errors.ts";

/** A file that is ours alone from the first moment on, and empty until it is filled. */
export interface CredentialsFile {
  /** Throws `setup/failed` where it could not be written. */
  fill(text: string): Promise<void>;
  /** Take it away again, unless it was filled. */
  abandon(): Promise<void>;
}

/** Readable and writable for its owner, nothing for anybody else. */
const MODE = 0o600;

/**
 * Make the file before anything is registered, so that nothing can be in its way afterwards. Never
 * through a link, never over a file that stands, unless `isForced`: then it is replaced at the end.
 */
export async function reserveFile(
  file: string,
  options: { readonly isForced: boolean },
): Promise<CredentialsFile> {
  const place = options.isForced ? `${file}.${randomBytes(6).toString("hex")}` : file;
  const handle = await open(place, "wx", MODE).catch((error: NodeJS.ErrnoException) => {
    throw explain(file, error);
  });
  let isOpen = true;
  const close = async (): Promise<void> => {
    if (isOpen) await handle.close();
    isOpen = false;
  };
  return {
    fill: async (text) => {
      try {
        await handle.writeFile(text);
        await handle.sync();
        await close();
        if (place !== file) await rename(place, file);
      } catch (error) {
        const said = error instanceof Error ? error.message : String(error);
        throw new AppError(
          "setup/failed",
          `The App is registered, but its credentials could not be written: ${said}; make a new private key and a new webhook secret in its settings on GitHub`,
          { retry: { kind: "never" }, cause: error },
        );
      }
    },
    abandon: async () => {
      if (!isOpen) return;
      await close();
      await rm(place, { force: true });
    },
  };
}

function explain(file: string, error: NodeJS.ErrnoException): AppError {
  const what =
    {
      EEXIST: `${file} stands already: choose another name with --out, or replace it with --force`,
      ENOENT: `${path.dirname(file)} does not exist: make the folder first`,
      ENOTDIR: `${path.dirname(file)} is not a folder`,
      EACCES: `${file} cannot be made: this user may not write there`,
      EROFS: `${file} cannot be made: the file system is read-only`,
    }[error.code ?? ""] ?? `${file} cannot be made: ${error.message}`;
  return new AppError("usage/invalid", `--out: ${what}`, { retry: { kind: "never" } });
}

/** Does the file lie in a git work tree that would take it into a commit? False without git. */
export function isExposedToGit(file: string): Promise<boolean> {
  const args = ["-C", path.dirname(file), "check-ignore", "--quiet", "--", file];
  return new Promise((resolve) => {
    // 0: ignored; 1: not ignored; 128: no work tree. Without git the code is no number.
    execFile("git", args, (error) => resolve(error?.code === 1));
  });
}
