import { ownerOf } from "../components.ts";
import type { PolicyFiles } from "../policy/policy-files.ts";
import type { Component } from "../policy/policy-lines.ts";

/** What the policy says of files and of the parts of the repository that have their own. */
export interface FilesScope {
  readonly files?: PolicyFiles | undefined;
  readonly components?: readonly Component[] | undefined;
  readonly linked?: readonly (readonly string[])[] | undefined;
}

/** Folder of a part with its slash, `packages/core/`; empty at the root. `component` empty: the rest. */
export function folderOf(component: string, { components = [] }: FilesScope): string {
  const path = components.find(({ name }) => name === component)?.path ?? ".";
  return path === "." ? "" : `${path}/`;
}

/** Does a file say the version of this part? What no component has is the whole repository's. */
export function isOfPart(
  path: string,
  component: string,
  { components = [] }: FilesScope,
): boolean {
  return (ownerOf(path, components) ?? "") === component;
}

/** Marked files of a part. */
export function markedOf(component: string, scope: FilesScope): readonly string[] {
  return (scope.files?.marker ?? []).filter((path) => isOfPart(path, component, scope));
}

/** The changelog of a part, in its own folder; null: the policy asks for none. */
export function changelogOf(component: string, scope: FilesScope): string | null {
  const path = scope.files?.changelog;
  return path === undefined ? null : folderOf(component, scope) + path;
}

/** Path of a component, which may be a single file: nothing stands in its folder then. */
export function filePathOf(component: string, { components = [] }: FilesScope): string | null {
  const path = components.find(({ name }) => name === component)?.path ?? ".";
  return path === "." ? null : path;
}
