import type { z } from "zod";
import type { Meaning } from "./meanings.ts";
import type { releaseSchema } from "./payloads.ts";

/** What a delivery says about a release. */
export function describeRelease(
  { release: it, sender }: z.infer<typeof releaseSchema>,
  action: string | null,
): Meaning {
  // Who may have written the words that stand there now: GitHub shows it nowhere else.
  const editor =
    action === "edited" && sender
      ? { editor: sender.login, isBotEditor: sender.type === "Bot" }
      : {};
  return {
    kind: `release.${action ?? "changed"}`,
    subject: it.tag_name,
    at: action === "published" ? (it.published_at ?? null) : null,
    key: action === "published" ? `release.published/${it.id}` : null,
    data: { releaseId: it.id, isDraft: it.draft, isPrerelease: it.prerelease, ...editor },
    hint: true,
  };
}
