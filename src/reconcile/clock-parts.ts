import type { ClockForge, ClockStore, Page, ReadingPart, Sightings } from "../clocks-port.ts";
import type { RepositoryName } from "../clocks-port.ts";
import { seeIssue } from "../core/clock-records/issue-sighting.ts";
import { seePull } from "../core/clock-records/pull-sighting.ts";
import {
  isBackfilled,
  previousTag,
  seeDirect,
  seeRelease,
  seeRevert,
  seeRollbacks,
  unitsIn,
} from "../core/clock-records/release-sighting.ts";
import type { CarriedCommit, ReleaseRead } from "../core/clock-records/release-sighting.ts";
import type { Instant } from "../core/state.ts";
import type { Clock } from "../ports.ts";

/** What pages of GitHub's lists say, kept page by page. */

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
  #tags: readonly string[] | null = null;
  #releases: readonly ReleaseRead[] = [];

  constructor(place: Place) {
    this.#place = place;
  }

  async read(part: ReadingPart, after: string | null): Promise<PageKept> {
    this.#requests = 1;
    const { store, clock, repository } = this.#place;
    const { page, seen } = await this.#see(part, after, clock.now());
    await store.keep(repository.id, seen);
    return { ...page, count: page.items.length, requests: this.#requests };
  }

  async #see(
    part: ReadingPart,
    after: string | null,
    at: Instant,
  ): Promise<{ readonly page: Page<unknown>; readonly seen: Sightings }> {
    const { forge, repository } = this.#place;
    if (part === "pulls") {
      const page = await forge.readPulls(repository, after);
      return { page, seen: this.#seePulls(page, at) };
    }
    if (part === "issues") {
      const page = await forge.readIssues(repository, after);
      return { page, seen: { feedback: page.items.flatMap((issue) => seeIssue(issue, at) ?? []) } };
    }
    const page = await forge.readReleases(repository, after);
    return { page, seen: await this.#seeReleases(page.items, at) };
  }

  #seePulls(page: Awaited<ReturnType<ClockForge["readPulls"]>>, at: Instant): Sightings {
    const { repository, branches } = this.#place;
    const fullName = `${repository.owner}/${repository.name}`;
    const pulls = page.items
      .filter(({ baseBranch }) => branches.includes(baseBranch))
      .map((pull) => seePull(pull, { at, fullName }));
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

  /** Null: it is the first, or GitHub cannot tell. */
  async #readCarried(release: ReleaseRead): Promise<readonly CarriedCommit[] | null> {
    const { forge, repository } = this.#place;
    if (this.#tags === null) {
      this.#tags = await forge.readTags(repository);
      this.#requests += 1;
    }
    const previous = previousTag(release.tag, this.#tags);
    if (previous === null) return null;
    this.#requests += 1;
    return await forge.readCarried(repository, previous, release.tag);
  }
}
