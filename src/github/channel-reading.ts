import type { BatchRules } from "../core/batch.ts";
import { judgeChannel, lastPrerelease } from "../core/channel.ts";
import type { ChannelState } from "../core/channel.ts";
import type { ReleaseSeen, TagSeen } from "../core/state.ts";
import { parseTag } from "../core/version.ts";
import type { Look } from "./look.ts";
import { findRelease } from "./release-reading.ts";

/**
 * The newest prerelease tag of a channel, where it is ours and lacks its release: a crash came
 * between the two. Null: there is none, or it has its release, or a person made it.
 */
export async function findUnfinishedPrerelease(
  look: Look,
  state: ChannelState,
  known: {
    readonly base: { readonly tag: TagSeen; readonly version: string } | null;
    readonly format: string;
    readonly rules: BatchRules;
    readonly releases: readonly ReleaseSeen[];
    readonly areAllListed: boolean;
  },
): Promise<TagSeen | null> {
  const { base, format, rules, releases, areAllListed } = known;
  const version = base?.version ?? null;
  const last = lastPrerelease(state, version, format);
  const { intent, announcedTag } = look.memory;
  if (last === null || announcedTag === last.name) return null;
  const isIntended = intent?.tag === last.name && intent.sha === last.sha;
  if (releases.some(({ tag, isDraft }) => tag === last.name && !(isDraft && isIntended)))
    return null;
  if (!areAllListed && (await findRelease(look, last.name)) !== null) return null;
  if (isIntended) return last;
  const judged = judgeChannel(state, version, { format, rules, upTo: last });
  const previous = judged.previous ?? base?.tag ?? null;
  const isReleased =
    previous === null ||
    releases.some(({ tag, publishedAt }) => tag === previous.name && publishedAt !== null);
  const isGiven = judged.batch.level !== "none" && judged.version === parseTag(last.name, format);
  return isReleased && isGiven ? last : null;
}
