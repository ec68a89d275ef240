import type { ClockForge, ClockStore, Page, ReadingPart, Sightings } from "../clocks-port.ts";
import type { RepositoryName } from "../clocks-port.ts";
import { seeIssue } from "../core/clock-records/issue-sighting.ts";
import { seePull, seeStacked } from "../core/clock-records/pull-sighting.ts";
import {
  isBackfilled,
  previousTag,
  releasesOfTags,
  seeDirect,
  seeRelease,
  seeRevert,
  seeRollbacks,
  seeWithdrawn,
  unitsIn,
} from "../core/clock-records/release-sighting.ts";
import type {
  CarriedCommit,
  ReleaseRead,
  TagRead,
} from "../core/clock-records/release-sighting.ts";
import { DEFAULT_POLICY } from "../core/policy/policy-schema.ts";
import { effectivePolicy, policyIn } from "../core/policy/policy.ts";
import { sizePolicyOf } from "../core/size/size-schema.ts";
import type { Instant } from "../core/state.ts";
import { DAY_MS } from "../core/zone.ts";
import type { Clock } from "../ports.ts";
import { seeDeployments } from "./clock-deployments.ts";
import type { PartSeen } from "./clock-deployments.ts";

/** What pages of GitHub's lists say, kept page by page. */

/** Releases older than this are history: whoever wanted one has it. */
const WATCHED_MS = 90 * DAY_MS;
/** Of those on record, and of those that a page does not show. */
const STANDING_MAX = 100;
const MISSING_MAX = 10;

interface Place {
  readonly forge: ClockForge;
  readonly store: ClockStore;
  readonly clock: Clock;
  readonly repository: RepositoryName;
  /** Branches whose merges are released. */
  readonly branches: readonly string[];
}

/** A page that was kept. */
export type PageKept = Omit<Page<unknown>, "items"> & {
  readonly count: number;
  /** That it took, the page's own among them. */
  readonly requests: number;
};

/** The pages of one reading, the newest first. */
export class PartReader {
  readonly #place: Place;
  #requests = 0;
  #tags: readonly TagRead[] | null = null;
  #releases: readonly ReleaseRead[] = [];

  constructor(place: Place) {
    this.#place = place;
  }

  async read(part: ReadingPart, after: string | null): Promise<PageKept> {
    this.#requests = 1;
    const { store, clock, repository } = this.#place;
    const { page, seen, production } = await this.#see(part, after, clock.now());
    await store.keep(repository.id, seen);
    if (production !== undefined) await store.keepReading(repository.id, { production });
    return { ...page, count: page.items.length, requests: this.#requests };
  }

  async #see(part: ReadingPart, after: string | null, at: Instant): Promise<PartSeen> {
    const { forge, repository } = this.#place;
    if (part === "pulls") {
      const page = await forge.readPulls(repository, after);
      return { page, seen: this.#seePulls(page, at) };
    }
    if (part === "issues") {
      const page = await forge.readIssues(repository, after);
      return { page, seen: { feedback: page.items.flatMap((issue) => seeIssue(issue, at) ?? []) } };
    }
    if (part === "deployments") {
      const page = await forge.readDeployments(repository, after);
      return await seeDeployments(this.#place, page, at);
    }
    const page = await forge.readReleases(repository, after);
    const items = page.total === 0 ? releasesOfTags(await this.#listTags()) : page.items;
    const seen = await this.#seeReleases(items, at);
    const gone = after === null ? await this.#findGone(page, at) : [];
    const withdrawn = gone.map((tag) => seeWithdrawn(tag, at));
    return { page, seen: { ...seen, releases: [...(seen.releases ?? []), ...withdrawn] } };
  }

  #seePulls(page: Awaited<ReturnType<ClockForge["readPulls"]>>, at: Instant): Sightings {
    const { repository, branches } = this.#place;
    const fullName = `${repository.owner}/${repository.name}`;
    const policy = policyIn(effectivePolicy(page.policyFile, [])) ?? DEFAULT_POLICY;
    const measures = { size: sizePolicyOf(policy), components: policy.components ?? [] };
    const look = { at, fullName, measures };
    const pulls = page.items.flatMap((pull) => {
      return branches.includes(pull.baseBranch)
        ? seePull(pull, look)
        : (seeStacked(pull, look) ?? []);
    });
    return { pulls, feedback: pulls.flatMap(seeRevert) };
  }

  async #seeReleases(items: readonly ReleaseRead[], at: Instant): Promise<Sightings> {
    const { store, repository } = this.#place;
    this.#releases = [...this.#releases, ...items];
    const { releases: known } = await store.readRows({
      releases: items.map(({ tag }) => ({ repositoryId: repository.id, tag })),
    });
    const seen: Sightings[] = [];
    for (const release of items) {
      const before = known.find(({ tag, sha }) => tag === release.tag && sha === release.sha);
      const isBackfill = isBackfilled(release, this.#releases);
      // A card of ours says it all; what was compared once does not change.
      const isFirst = before?.kind === "first";
      const isKnown = release.card !== null || isFirst || (before?.carries.length ?? 0) > 0;
      const commits = isKnown ? [] : await this.#readCarried(release);
      const compared = isFirst ? null : commits && unitsIn(commits);
      const carries = isKnown && !isFirst ? (before?.carries ?? []) : compared;
      seen.push({
        releases: [seeRelease(release, { at, carries, isBackfill })],
        commits: seeDirect(commits ?? [], at),
        feedback: seeRollbacks(release, at),
      });
    }
    return {
      releases: seen.flatMap(({ releases = [] }) => releases),
      commits: seen.flatMap(({ commits = [] }) => commits),
      feedback: seen.flatMap(({ feedback = [] }) => feedback),
    };
  }

  async #listTags(): Promise<readonly TagRead[]> {
    if (this.#tags !== null) return this.#tags;
    this.#requests += 1;
    this.#tags = await this.#place.forge.readTags(this.#place.repository);
    return this.#tags;
  }

  /** Tags that are on record, and that a first page would show if their releases still stood. */
  async #findGone(page: Page<ReleaseRead>, at: Instant): Promise<readonly string[]> {
    const { forge, store, repository } = this.#place;
    const shown = page.next === null ? 0 : Number(page.oldestAt);
    const since = Math.max(shown, at - WATCHED_MS);
    const known = await store.listStanding(repository.id, since, STANDING_MAX);
    const missing = known.filter((tag) => page.items.every((item) => item.tag !== tag));
    const asked = missing.slice(0, MISSING_MAX);
    if (asked.length === 0) return [];
    this.#requests += 1;
    const standing = await forge.readStanding(repository, asked);
    return asked.filter((tag) => !standing.includes(tag));
  }

  /** Null: it is the first, or GitHub cannot tell. */
  async #readCarried(release: ReleaseRead): Promise<readonly CarriedCommit[] | null> {
    const { forge, repository } = this.#place;
    const tags = await this.#listTags();
    const previous = previousTag(
      release.tag,
      tags.map(({ name }) => name),
    );
    if (previous === null) return null;
    this.#requests += 1;
    return await forge.readCarried(repository, previous, release.tag);
  }
}
