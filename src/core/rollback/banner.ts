import { inertText } from "../inert.ts";
import type { Instant } from "../state.ts";

/**
 * What stands above the notes of a release that was rolled back, or that holds one. Its first line is
 * hidden and tells us; it counts only at the very top, where no text of contributors ever stands.
 */

export interface Banner {
  readonly as: "rolled-back" | "affected";
  /** The release that was rolled back. */
  readonly tag: string;
  /** When somebody said so. Absent: it is not written there. */
  readonly at?: Instant;
}

const BANNER =
  /^<!-- smallbatch:(rolled-back|affected) v1 tag=(\S{1,600})(?: at=(\d{13}))? -->[ \t]*\r?\n/;

export function readBanner(body: string): Banner | null {
  const [, as, written = "", at] = BANNER.exec(body) ?? [];
  if (as !== "rolled-back" && as !== "affected") return null;
  try {
    const tag = decodeURIComponent(written);
    return { as, tag, ...(at === undefined ? {} : { at: Number(at) }) };
  } catch {
    return null;
  }
}

/** Markdown of some lines. `good`: the release to use instead; null: none is known. */
export function formatBanner(
  { as, tag }: Pick<Banner, "as" | "tag">,
  {
    at,
    good,
    releasesUrl,
  }: { readonly at: Instant; readonly good: string | null; readonly releasesUrl: string },
): string {
  const link = (name: string): string =>
    `[${inertText(name)}](${releasesUrl}/tag/${encodeURIComponent(name)})`;
  const day = new Date(at).toISOString().slice(0, 10);
  const what =
    as === "rolled-back"
      ? `**This release was rolled back on ${day}.**`
      : `**This release holds ${link(tag)}, which was rolled back on ${day}.**`;
  const instead = good === null ? "" : ` Use ${link(good)} instead.`;
  return [
    `<!-- smallbatch:${as} v1 tag=${encodeURIComponent(tag)} at=${at} -->`,
    "> [!CAUTION]",
    `> ${what}${instead}`,
  ].join("\n");
}

/** The notes below the banner; as they are where one stands there that says as much. */
export function addBanner(body: string, banner: string): string {
  const standing = readBanner(body);
  const wanted = readBanner(`${banner}\n`);
  // A release that was rolled back itself is not called affected by another one.
  if (standing?.as === "rolled-back" || standing?.as === wanted?.as) return body;
  return `${banner}\n\n${withoutBanner(body)}`;
}

/** The notes below it; as they are where none stands there. */
export function withoutBanner(body: string): string {
  if (readBanner(body) === null) return body;
  const lines = body.split("\n");
  const end = lines.findIndex((line, at) => at > 0 && !line.startsWith(">"));
  return end === -1 ? "" : lines.slice(end).join("\n").trimStart();
}
