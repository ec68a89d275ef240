import type { Sha, TagSeen } from "./state.ts";

/**
 * Tags of `/preview`: `preview/pr-12/1.4.3-pr.12.1.g3f2a91c`. They begin with no `v` and hold
 * slashes, so that no workflow on `v*` and no version of a line takes them for its own.
 */
const PREVIEW = /^preview\/pr-(\d{1,10})\/(\S+-pr\.\1\.(\d{1,4})\.g[0-9a-f]{7})$/;

/** A pull gets no more of them. */
export const PREVIEWS_MAX = 3;

/** A preview's tag, read; null for any other tag. */
export function parsePreviewTag(
  name: string,
): { readonly pull: number; readonly version: string; readonly nth: number } | null {
  const [, pull, version, nth] = PREVIEW.exec(name) ?? [];
  if (pull === undefined || version === undefined || nth === undefined) return null;
  return { pull: Number(pull), version, nth: Number(nth) };
}

export function isPreviewTag(name: string): boolean {
  return name.startsWith("preview/pr-");
}

/** `preview/pr-12/`: what the tags of a pull begin with. */
export function previewPrefix(pull: number): string {
  return `preview/pr-${pull}/`;
}

/** GitHub does not say whether it leaves out the prefix that was asked for: both are read. */
export function fullPreviewName(pull: number, name: string): string {
  const prefix = previewPrefix(pull);
  return name.startsWith(prefix) ? name : `${prefix}${name}`;
}

/** Tag of the nth preview of a pull at a commit. `version` is the one that would be released. */
export function formatPreviewTag(preview: {
  readonly pull: number;
  readonly version: string;
  readonly nth: number;
  readonly sha: Sha;
}): string {
  const { pull, version, nth, sha } = preview;
  return `${previewPrefix(pull)}${version}-pr.${pull}.${nth}.g${sha.slice(0, 7)}`;
}

export type PreviewChoice =
  /** One stands on this very commit already. */
  | { readonly kind: "stands"; readonly tag: string }
  | { readonly kind: "make"; readonly nth: number }
  | { readonly kind: "enough" };

/** `standing` are the preview tags of the pull. */
export function choosePreview(
  standing: readonly TagSeen[],
  wanted: { readonly pull: number; readonly sha: Sha },
): PreviewChoice {
  const own = standing.flatMap(({ name, sha }) => {
    const read = parsePreviewTag(name);
    return read === null || read.pull !== wanted.pull ? [] : [{ name, sha, nth: read.nth }];
  });
  const same = own.find(({ sha }) => sha === wanted.sha);
  if (same !== undefined) return { kind: "stands", tag: same.name };
  if (own.length >= PREVIEWS_MAX) return { kind: "enough" };
  return { kind: "make", nth: Math.max(0, ...own.map((tag) => tag.nth)) + 1 };
}
