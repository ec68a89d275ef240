import { digestCheck } from "../check.ts";
import { inertJson, inertText } from "../inert.ts";
import type { CheckWanted } from "../size/size-check.ts";

/** A pull of a merge group with the title of its preview; null: it has none. */
export interface PreviewedMember {
  readonly number: number;
  readonly title: string | null;
}

const MEMBERS_MAX = 100;

/**
 * The preview of a merge group: that of each of its pulls. It never holds the queue, but a queue that
 * requires the check waits for one.
 */
export function groupPreviewOf(
  members: readonly PreviewedMember[],
  isWhole: boolean,
): CheckWanted & { readonly externalId: string } {
  const count = members.length === 1 ? "1 pull request" : `${members.length} pull requests`;
  const title = `${count}; each says what it would release`;
  const shown = members.slice(0, MEMBERS_MAX);
  const rows = shown.map(
    ({ number, title: said }) =>
      `| #${number} | ${said === null ? "no preview" : inertText(said)} |`,
  );
  const json = inertJson({
    state: "merge-group",
    members: shown.map(({ number, title: said }) => ({ pull: number, title: said })),
  });
  const summary = [
    "What the preview of each pull request of this merge group says:",
    ["| pull request | preview |", "| :-- | :-- |", ...rows].join("\n"),
    ...(isWhole ? [] : ["GitHub does not say which others are in the group."]),
    `\`\`\`json\n${json}\n\`\`\``,
  ].join("\n\n");
  const conclusion = "success";
  const [last] = members.slice(-1);
  const externalId = digestCheck(`preview-group:${last?.number ?? 0}`, [title, summary]);
  return { title, summary, conclusion, externalId };
}
