import { inertCode } from "./inert.ts";
import type { Sha } from "./state.ts";

/** What stands at the root of a previewed commit, as far as it tells how to install it. */
export interface Manifests {
  /** Names of files at the root. */
  readonly files: readonly string[];
  /** Path of the Go module; null where there is none, or none that can be read. */
  readonly goModule: string | null;
}

export const NO_MANIFESTS: Manifests = { files: [], goModule: null };

const GO_MODULE = /^module[ \t]+"?([A-Za-z0-9][A-Za-z0-9._~/-]{0,200})"?[ \t]*(?:\/\/.*)?\r?$/m;

/** Module path of a `go.mod`; null where it names none in the usual form. */
export function readGoModule(text: string): string | null {
  return GO_MODULE.exec(text)?.[1] ?? null;
}

/**
 * How to try a preview, Markdown. Only what each tool's manual promises for a git tag or a commit:
 * npm and Cargo take a tag; Go takes no tag with slashes, so it gets the commit.
 */
export function renderInstall(
  preview: { readonly tag: string; readonly sha: Sha },
  repositoryUrl: string,
  { files, goModule }: Manifests,
): string {
  const { tag, sha } = preview;
  const rows = [`git fetch ${repositoryUrl} tag ${tag}`];
  if (files.includes("package.json")) rows.push(`npm install "git+${repositoryUrl}.git#${tag}"`);
  if (files.includes("Cargo.toml")) rows.push(`cargo add --git ${repositoryUrl} --tag ${tag}`);
  if (goModule !== null) rows.push(`go get ${goModule}@${sha}`);
  return `${inertCode(tag)} stands on ${sha.slice(0, 7)}:\n\n\`\`\`sh\n${rows.join("\n")}\n\`\`\``;
}
