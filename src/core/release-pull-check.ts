import type { ActionOf } from "./action.ts";
import { digestCheck } from "./check.ts";
import { readFilesMarker } from "./files/files-marker.ts";
import { inertCode, inertJson, plainLine } from "./inert.ts";
import type { OpenPull } from "./pulls/open-pull.ts";
import { PREVIEW_CHECK_NAME } from "./pulls/pull-check.ts";
import type { Line } from "./state.ts";

/**
 * What our own release pull says on its head instead of a preview, because it is no change of
 * anybody. Undefined: it is none. Null: its check says it already.
 */
export function checkReleasePull(
  line: Line,
  pull: OpenPull,
): ActionOf<"writeCheck"> | null | undefined {
  // Words only: whether its merge is a release is asked of GitHub then.
  const marker = pull.author.isBot ? readFilesMarker(pull.body, line) : null;
  if (marker === null) return undefined;
  const { tag } = marker;
  const title = plainLine(`merging this releases ${tag}`, 120);
  const detail =
    `A release pull: it brings the files of ${inertCode(tag)}, and its merge is released as soon as ` +
    "its checks are green. It is in no notes, and is kept up to date by itself until somebody else " +
    "commits to it.";
  const json = inertJson({ pull: pull.number, asOf: pull.headSha, state: "release-pull", tag });
  const summary = `${detail}\n\n\`\`\`json\n${json}\n\`\`\``;
  const conclusion = "success" as const;
  const externalId = digestCheck("preview", [title, summary, conclusion]);
  if (externalId === pull.ourCheck?.externalId) return null;
  const { headSha: sha, ourCheck: existing } = pull;
  return {
    kind: "writeCheck",
    name: PREVIEW_CHECK_NAME,
    sha,
    existing,
    externalId,
    title,
    summary,
    conclusion,
  };
}
