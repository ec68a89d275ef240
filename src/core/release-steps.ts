import { startsAction } from "./doctor/release-tools.ts";
import type { Job, Use, Workflow } from "./doctor/workflow-file.ts";

/** What jobs do with releases, by the actions they use and the commands they run. */

/** Actions that attach files to a release where one of these inputs names any. */
const ATTACHING: readonly (readonly [action: string, inputs: readonly string[]])[] = [
  ["softprops/action-gh-release", ["files"]],
  ["ncipollo/release-action", ["artifacts", "artifact"]],
];

/** Actions that always do. */
const UPLOADING = [
  "actions/upload-release-asset",
  "shogo82148/actions-upload-release-asset",
  "svenstaro/upload-release-action",
  "AButler/upload-release-assets",
  "alexellis/upload-assets",
  "skx/github-action-publish-binaries",
  "taiki-e/upload-rust-binary-action",
  "wangyoucao577/go-release-action",
  "rust-build/rust-build.action",
  "goreleaser/goreleaser-action",
  "tauri-apps/tauri-action",
  "jreleaser/release-action",
  "xresloader/upload-to-github-release",
];

/** Commands that do; of `gh release create` those that name files. */
const UPLOADS =
  /\bgh release create\b(?:[^\n]|\\\n){0,500}(?:\*|\.(?:zip|t?gz|whl|exe|deb|rpm|dmg|jar)\b)|\bgh release upload\b|\bgoreleaser release\b|\bdist host\b|\belectron-builder\b.{0,300}--publish|\bhub release (?:create|edit)\b.{0,300}-a\b/;

/** Fail where the release stands already, as it does after ours. */
const MAKING = ["actions/create-release"];
const MAKES = /\bgh release create\b|\bhub release create\b|\.createRelease\(/;

/** Make tags, or releases with a tag of their own choice. */
const TAGGING = [
  "mathieudutour/github-tag-action",
  "anothrNick/github-tag-action",
  "rickstaa/action-create-tag",
  "actions/create-release",
  "ncipollo/release-action",
  "softprops/action-gh-release",
  "marvinpinto/action-automatic-releases",
  "mikepenz/action-gh-release",
];
const TAGS =
  /\bgh release create\b|\.create(?:Release|Tag)\(|\bgit push\b.{0,300}--(?:tags|follow-tags)\b|\bgit tag\b(?! (?:-l|--list|--contains|--points-at|--sort|-n|\|))/;

/** Jobs of a workflow, with those of the workflows of the same repository that it calls. */
export function allJobs(workflow: Workflow, workflows: readonly Workflow[]): readonly Job[] {
  const visited = new Set([workflow]);
  // A set hands out what is added while it is walked.
  for (const { jobs } of visited) {
    for (const use of jobs.flatMap(({ uses }) => uses)) {
      const called = workflows.find(({ file }) => use.action === `./.github/workflows/${file}`);
      if (called !== undefined) visited.add(called);
    }
  }
  return [...visited].flatMap(({ jobs }) => jobs);
}

export function uploadsFiles({ uses, runs }: Job): boolean {
  return (
    uses.some((use) => isOneOf(use, UPLOADING) || attaches(use)) ||
    runs.some((text) => UPLOADS.test(text))
  );
}

function attaches({ action, inputs }: Use): boolean {
  return ATTACHING.some(
    ([own, names]) => startsAction(action, own) && names.some((name) => inputs.includes(name)),
  );
}

/** Does it make the release of a tag, and fail where one stands? */
export function makesRelease({ uses, runs }: Job): boolean {
  return uses.some((use) => isOneOf(use, MAKING)) || runs.some((text) => MAKES.test(text));
}

/** Does it choose a version of its own? */
export function makesTag({ uses, runs }: Job): boolean {
  return uses.some((use) => isOneOf(use, TAGGING)) || runs.some((text) => TAGS.test(text));
}

function isOneOf({ action }: Use, actions: readonly string[]): boolean {
  return actions.some((own) => startsAction(action, own));
}
