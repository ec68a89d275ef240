import { openNpmLock } from "./npm-lock.ts";
import { openPnpmLock } from "./pnpm-lock.ts";
import type { TextPlan } from "./text-plan.ts";
import { openYarnLock } from "./yarn-lock.ts";

/** What a package of a workspace asks for. */
export interface Wish {
  /** Folder of its manifest, as lock files name it: `packages/cli`; empty at the root. */
  readonly folder: string;
  /** `dependencies`, `peerDependencies`. */
  readonly field: string;
  /** Key in the manifest: for an alias not the name of the package. */
  readonly name: string;
  readonly range: string;
}

/** A wish that gets another range. */
export interface Move extends Wish {
  readonly to: string;
}

/** A package that gets a version. */
export interface ReleasedPackage {
  /** As manifests name it: `@acme/core`. */
  readonly name: string;
  /** Without a tag prefix. */
  readonly version: string;
  /** Version in its manifest before; null: it inherits its workspace's, or nobody knows it. */
  readonly standing: string | null;
  /** Where it stands, as lock files name it: `packages/core`. */
  readonly folder: string;
}

/** The lock file of a workspace. */
export interface LockFile {
  /** Is what a package asks for the one of the workspace? Null: the file does not say. */
  isLinked(wish: Wish): boolean | null;
  /** With the ranges that manifests got, and every other byte as it was. */
  write(moves: readonly Move[], released: readonly ReleasedPackage[]): TextPlan;
}

/** Lock files at the root of npm's, pnpm's and yarn's workspaces. */
export const WORKSPACE_LOCKS = [
  "package-lock.json",
  "npm-shrinkwrap.json",
  "pnpm-lock.yaml",
  "yarn.lock",
] as const;

/** `path` is one of `WORKSPACE_LOCKS`. */
export function openLock(path: string, text: string): LockFile {
  if (path.endsWith(".json")) return openNpmLock(text);
  return path === "yarn.lock" ? openYarnLock(text) : openPnpmLock(text);
}
