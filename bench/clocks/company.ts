import type { Sightings } from "../../src/clocks-port.ts";
import type { KeptKinds, Seen } from "../../src/core/clock-records/kept.ts";
import type { PullKind } from "../../src/core/clocks/records.ts";

/** Seeded records of a company: the same for the same seed and instant. */

export const INSTALLATION = 1;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const PEOPLE = 60;
const DAYS = 730;
/** Of pulls that are merged one after the other in a repository. */
const RELEASES_OF_PULLS = 0.3;

const KINDS: readonly (readonly [PullKind, number])[] = [
  ["feature", 0.38],
  ["fix", 0.24],
  ["refactoring", 0.1],
  ["dependencies", 0.1],
  ["chore", 0.08],
  ["documentation", 0.06],
  ["untyped", 0.04],
];

export interface CompanySize {
  readonly repositories: number;
  /** Of all repositories, over two years. */
  readonly pulls: number;
}

type Seeing<K extends keyof KeptKinds> = Seen<KeptKinds[K]>;

/** How many pulls each repository has, over two years: a few have most of them. */
export function sharesOf({ repositories, pulls }: CompanySize): readonly number[] {
  const weights = Array.from({ length: repositories }, (_, at) => 1 / (at + 1) ** 0.7);
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => Math.round((pulls * weight) / all));
}

export function labelOf(id: number) {
  const name = `widgets-${id}`;
  return { id, nodeId: `R_${id}`, owner: "acme", name, isPrivate: false, defaultBranch: "main" };
}

/** Between 0 and 1 (mulberry32). */
function drawing(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const shaOf = (id: number, number: number): string =>
  `${id.toString(16).padStart(8, "0")}${number.toString(16).padStart(32, "0")}`;

/**
 * All that is seen of one repository until `now`, in the order of its pulls, in parts of `size`
 * pulls; `since` leaves out what was opened earlier.
 */
export function* sightingsOf(
  id: number,
  asked: {
    readonly pulls: number;
    readonly now: number;
    readonly since: number;
    readonly size: number;
  },
): Generator<Sightings> {
  const { pulls: count, now, since, size } = asked;
  const draw = drawing(id);
  const long = (hours: number): number => hours * HOUR_MS * Math.exp(1.1 * normal(draw));
  const batch: Batch = { id, waiting: [], lastTag: null, releasedAt: 0 };
  let part: Part = { pulls: [], releases: [], feedback: [] };
  for (let number = 1; number <= count; number += 1) {
    const createdAt = Math.round(now - DAYS * DAY_MS * (1 - (number - draw()) / count));
    const way = { now, draw, long };
    const one = drawPull(id, number, { ...way, createdAt });
    if (one.mergedAt !== null) batch.waiting.push({ number, mergedAt: one.mergedAt });
    const released = draw() < RELEASES_OF_PULLS ? drawRelease(batch, number, way) : null;
    if (createdAt >= since) {
      part.pulls.push(seen<"pull">(now, one));
      if (released !== null) {
        const { release, usableAt } = released;
        const usable = { usableAt: usableAt < now ? usableAt : null, usableBy: "publish-checks" };
        part.releases.push({ ...seen<"release">(now, release), begin: usable as object });
        if (draw() < 0.3) {
          const tag = release.tag ?? "";
          const feedback = drawFeedback(number, { ...way, tag, usableAt });
          part.feedback.push(seen<"feedback">(now, feedback));
        }
      }
    }
    if (part.pulls.length >= size) {
      yield part;
      part = { pulls: [], releases: [], feedback: [] };
    }
  }
  yield part;
}

interface Part {
  readonly pulls: Seeing<"pull">[];
  readonly releases: Seeing<"release">[];
  readonly feedback: Seeing<"feedback">[];
}

function seen<K extends keyof KeptKinds>(now: number, record: Partial<KeptKinds[K]>): Seeing<K> {
  return { at: now, isWhole: true, record };
}

/** What waits for the next release of a repository. */
interface Batch {
  readonly id: number;
  waiting: { readonly number: number; readonly mergedAt: number }[];
  lastTag: string | null;
  releasedAt: number;
}

/** Null: nothing is to be released, or it is not time yet. */
function drawRelease(batch: Batch, number: number, { now, draw, long }: Drawing) {
  const { id, waiting, lastTag } = batch;
  const lastMergedAt = Math.max(...waiting.map(({ mergedAt }) => mergedAt));
  const publishedAt = Math.round(Math.max(batch.releasedAt, lastMergedAt) + long(3));
  const isRollback = lastTag !== null && draw() < 0.02;
  if (waiting.length === 0 || publishedAt >= now) return null;
  const tag = `v1.${number}.0`;
  const release: Partial<KeptKinds["release"]> = {
    tag,
    sha: shaOf(id, number),
    isPrerelease: false,
    publishedAt,
    carries: waiting.map((each) => ({
      pull: each.number,
      sha: shaOf(id, each.number),
      how: "ancestry" as const,
    })),
    actorId: 1_000 + number,
    ...(isRollback && lastTag !== null && { rollsBack: [lastTag] }),
  };
  batch.releasedAt = publishedAt;
  batch.lastTag = tag;
  batch.waiting = [];
  return { release, usableAt: publishedAt + Math.round(long(0.2)) };
}

interface Drawing {
  readonly now: number;
  readonly draw: () => number;
  /** Milliseconds, half of them below so many hours. */
  readonly long: (hours: number) => number;
}

function normal(draw: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw());
}

function drawKind(draw: () => number): PullKind {
  let left = draw();
  return KINDS.find(([, share]) => (left -= share) < 0)?.[0] ?? "untyped";
}

function drawPull(
  id: number,
  number: number,
  { createdAt, now, draw, long }: Drawing & { readonly createdAt: number },
) {
  const past = (at: number): number | null => (at < now ? Math.round(at) : null);
  const kind = drawKind(draw);
  const isBot = kind === "dependencies" && draw() < 0.8;
  // People work in few repositories each.
  const authorId = 1 + ((id * 7 + Math.floor(draw() ** 2 * 12)) % PEOPLE);
  const readyAt = createdAt + (draw() < 0.2 ? long(4) : 0);
  const reviewedAt = readyAt + long(2);
  const approvedAt = reviewedAt + long(1.5);
  const endedAt = approvedAt + long(1);
  const isDropped = draw() < 0.05;
  const mergedAt = isDropped ? null : past(endedAt);
  const hasAgent = !isBot && draw() < 0.45;
  const isReviewed = !isBot && draw() < 0.85;
  const lines = Math.round(long(0.00001) / 500) + 1;
  return {
    number,
    title: `${kind}: something that is said in a line of usual length, ${number}`,
    kind,
    authorId: isBot ? null : authorId,
    isBot,
    agents: hasAgent
      ? [
          {
            agent: "Claude",
            role: "coauthor" as const,
            from: "trailer" as const,
            evidence: "Co-Authored-By: Claude <noreply@anthropic.com>",
          },
        ]
      : [],
    hasPersonsCommit: draw() < 0.8,
    createdAt,
    firstAuthoredAt: Math.round(createdAt - long(3)),
    readyAt: past(readyAt),
    firstReviewAt: isReviewed ? past(reviewedAt) : null,
    approvedAt: isReviewed ? past(approvedAt) : null,
    mergedAt,
    closedAt: isDropped ? past(endedAt) : null,
    mergeSha: mergedAt === null ? null : shaOf(id, number),
    reviewerIds: isReviewed ? [1 + ((authorId + 1 + Math.floor(draw() * 8)) % PEOPLE)] : [],
    additions: lines,
    deletions: Math.floor(lines / 3),
    hasTestChange: draw() < 0.5,
    wasGreen: draw() < 0.9,
    isReleasable: kind !== "documentation" && kind !== "chore",
    revertsPulls: number > 10 && draw() < 0.01 ? [number - 7] : [],
  };
}

function drawFeedback(
  number: number,
  { tag, usableAt, now, draw, long }: Drawing & { readonly tag: string; readonly usableAt: number },
): Partial<KeptKinds["feedback"]> {
  const openedAt = Math.round(Math.min(now - 1, usableAt + long(20)));
  const closedAt = openedAt + long(60);
  const isFixed = closedAt < now;
  return {
    key: `issue/${1_000_000 + number}`,
    kind: draw() < 0.8 ? "bug" : "idea",
    reporter: draw() < 0.7 ? "external" : "internal",
    reporterId: 5_000 + Math.floor(draw() * 800),
    openedAt,
    ...(draw() < 0.4 && { claim: { by: "version-field", version: tag.slice(1) } }),
    ...(isFixed && { closedAt: Math.round(closedAt), resolution: "fixed" }),
    // A few pulls later.
    ...(isFixed && { fixPulls: [number + 3] }),
  };
}
