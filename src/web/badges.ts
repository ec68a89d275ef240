import type { Instant } from "../core/state.ts";
import type { BadgeNumber } from "./badge-number.ts";
import type { Badge } from "./badge-svg.ts";
import type { ChangelogStore } from "./changelog.ts";

/** What badges say. Each is one number, from the same report as the pages. */

export type BadgeKind = "release" | BadgeNumber;

interface Kind {
  readonly kind: BadgeKind;
  readonly label: string;
  /** What it shows, for the page of badges. */
  readonly what: string;
}

export const BADGE_KINDS: readonly [Kind, ...Kind[]] = [
  { kind: "release", label: "release", what: "the newest stable release that was not taken back" },
  {
    kind: "released-by",
    label: "merged to usable",
    what: "by when half of merged work is usable, over 28 days",
  },
  { kind: "cadence", label: "release cadence", what: "releases a week that bring something" },
  {
    kind: "change-fail",
    label: "failed releases",
    what: "share of releases that failed, from what was said to what may be inferred",
  },
];

export function readBadgeKind(text: string | undefined): BadgeKind | null {
  return BADGE_KINDS.find(({ kind }) => kind === text)?.kind ?? null;
}

export const NOT_FOUND: Badge = { label: "badge", message: "not found", tone: "none" };

const TOO_LITTLE = "not enough data";

/** Releases that are looked through for a stable one. */
const RELEASES_MAX = 30;

/** Whoever embeds a badge sends everybody who reads the page: a badge is computed this seldom. */
const KEPT_MS = 5 * 60_000;
const KEPT_MAX = 1_000;

interface Sources {
  readonly changelog: ChangelogStore;
  /** What a badge says; null: not known. */
  readonly readNumber: (badge: BadgeNumber) => Promise<string | null>;
}

/** Badges of repositories, kept for some minutes. Whether one may be shown is asked elsewhere. */
export class Badges {
  readonly #kept = new Map<string, { readonly at: Instant; readonly badge: Promise<Badge> }>();
  readonly #now: () => Instant;

  constructor(now: () => Instant) {
    this.#now = now;
  }

  read(repositoryId: number, kind: BadgeKind, sources: Sources): Promise<Badge> {
    const key = `${repositoryId} ${kind}`;
    const known = this.#kept.get(key);
    const at = this.#now();
    if (known !== undefined && at - known.at < KEPT_MS) return known.badge;
    const badge = readBadge(repositoryId, kind, sources);
    this.#kept.delete(key);
    this.#kept.set(key, { at, badge });
    // What failed is asked again.
    badge.catch(() => this.#kept.delete(key));
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > KEPT_MAX && oldest !== undefined) this.#kept.delete(oldest);
    return badge;
  }
}

async function readBadge(
  repositoryId: number,
  kind: BadgeKind,
  { changelog, readNumber }: Sources,
): Promise<Badge> {
  if (kind === "release") {
    const newest = await changelog.list(repositoryId, { offset: 0, limit: RELEASES_MAX });
    const stable = newest.find(({ channel, rolledBackBy }) => {
      return channel === "stable" && rolledBackBy === null;
    });
    return badgeOf(kind, stable?.tag ?? null, "none yet");
  }
  return badgeOf(kind, await readNumber(kind), TOO_LITTLE);
}

function badgeOf(kind: BadgeKind, message: string | null, unknown: string): Badge {
  const { label } = BADGE_KINDS.find((each) => each.kind === kind) ?? BADGE_KINDS[0];
  return message === null
    ? { label, message: unknown, tone: "unknown" }
    : { label, message, tone: "known" };
}
