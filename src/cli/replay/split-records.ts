import { isAgent, isPersonsCommit, seeTraces } from "../../core/agents.ts";
import type { TracedCommit } from "../../core/agents.ts";
import { isReleasable, kindOf } from "../../core/clock-records/kind.ts";
import type {
  Carried,
  DirectCommitRecord,
  PullRecord,
  Records,
  ReleaseRecord,
} from "../../core/clocks/records.ts";
import { headline } from "../../core/conventional.ts";
import { isDependencyBot } from "../../core/dependency-bots.ts";
import type { History, VersionTag } from "../../core/history.ts";
import type { Merge } from "../../core/merges.ts";
import { readReleaseCommit } from "../../core/release-commit.ts";
import { judgeReverts, readClaim } from "../../core/reverts.ts";
import type { Commit, Instant, Sha } from "../../core/state.ts";
import { workOf } from "../../core/units.ts";
import type { Unit } from "../../core/units.ts";
import { isStable } from "../../core/version.ts";
import type { Authored } from "../../git/history.ts";
import type { SideTag } from "../../git/side-tags.ts";
import type { UnitSize } from "./measure-units.ts";

/** The history is one repository, and has no number of GitHub's. */
const REPOSITORY_ID = 1;

/** Author date and merge of a squash by a button are the same second. */
const SAME_MS = 2_000;

export interface SplitRecords {
  readonly records: Records;
  /** Numbers of pulls whose history says when the work on them began. */
  readonly started: ReadonlySet<number>;
  /** Stable tags, and how many of them have only the date of the work that they are at. */
  readonly tags: number;
  readonly undatedTags: number;
  /** Of them: tags of release branches. */
  readonly sideTags: number;
}

interface Read {
  readonly history: History;
  /** Oldest first. */
  readonly merges: readonly Merge[];
  readonly authors: ReadonlyMap<Sha, Authored>;
  readonly sizes: ReadonlyMap<Sha, UnitSize | null>;
  /** Tags of release branches; in the history they stand where their branch began. */
  readonly aside: readonly SideTag[];
}

/**
 * What a history says of pulls and releases, as the records that the clocks read. Reviews, issues,
 * checks, drafts and open pulls are not in git: they stay null, or are not there at all.
 */
export function recordsOfHistory(read: Read): SplitRecords {
  const { history, merges } = read;
  const reverted = revertTimes(read);
  const people = new People();
  const started = new Set<number>();
  const pulls: PullRecord[] = [];
  const commits: DirectCommitRecord[] = [];
  for (const { unit, at } of merges) {
    const traced = workOf(unit).map((commit) => trace(commit, read.authors));
    const kind = kindOf({
      title: unit.title,
      labels: [],
      messages: traced.map(({ message }) => message),
      isDependencyBot: isDependencyBot(unit.author.login),
    });
    const releasable = isReleasable(kind, { title: unit.title, labels: [] });
    if (unit.pull === null) {
      const { sha } = unit;
      commits.push({ repositoryId: REPOSITORY_ID, sha, at, isReleasable: releasable });
      continue;
    }
    const start = startOf(unit, at, read.authors);
    if (start !== null) started.add(unit.pull.number);
    const size = read.sizes.get(unit.sha) ?? null;
    pulls.push({
      ...UNKNOWN,
      number: unit.pull.number,
      title: unit.title,
      kind,
      authorId: people.idOf(traced[0]?.email ?? unit.author.login),
      isBot: isBot(unit),
      agents: seeTraces({
        ...TRACELESS,
        author: unit.author,
        headBranch: branchOf(unit),
        commits: traced,
      }),
      hasPersonsCommit: unit.kind === "merge" ? traced.some(isPersonsCommit) : null,
      createdAt: start?.last ?? at,
      firstAuthoredAt: start?.first ?? null,
      readyAt: start?.last ?? at,
      redrafts: [],
      mergedAt: at,
      mergeSha: unit.sha,
      additions: size?.additions ?? null,
      deletions: size?.deletions ?? null,
      weightedLines: size?.lines ?? null,
      isReleasable: releasable,
      revertedAt: reverted.get(unit) ?? null,
    });
  }
  const stable = history.tags.filter(({ version }) => isStable(version));
  const asking = new Set([
    ...pulls.flatMap(({ mergeSha, isReleasable: isOne }) => (isOne ? (mergeSha ?? []) : [])),
    ...commits.flatMap(({ sha, isReleasable: isOne }) => (isOne ? sha : [])),
  ]);
  return {
    records: { pulls, commits, releases: releasesOf(stable, read, asking), feedback: [] },
    started,
    tags: stable.length,
    undatedTags: stable.filter(isUndated).length,
    sideTags: read.aside.filter(({ name }) => stable.some(({ tag }) => tag.name === name)).length,
  };
}

const UNKNOWN = {
  repositoryId: REPOSITORY_ID,
  initiatorId: null,
  firstReviewAt: null,
  approvedAt: null,
  closedAt: null,
  mergedById: null,
  reviewerIds: [],
  components: null,
  hasTestChange: null,
  wasGreen: null,
  oldestIssueAt: null,
  exceptions: 0,
} as const;

const TRACELESS = { body: "", labels: [], reviewers: [] } as const;

/** People by their addresses, numbered as they come: only who is the same counts. */
class People {
  readonly #ids = new Map<string, number>();

  idOf(address: string): number {
    const key = address.toLowerCase();
    const id = this.#ids.get(key) ?? this.#ids.size + 1;
    this.#ids.set(key, id);
    return id;
  }
}

function trace({ sha, message, author }: Commit, authors: Read["authors"]): TracedCommit {
  const { name = "", email = "" } = authors.get(sha) ?? {};
  return { message, author, name, email };
}

function isBot({ author }: Unit): boolean {
  return (author.isBot || isDependencyBot(author.login)) && !isAgent(author);
}

const FROM_BRANCH = /^Merge pull request #\d+ from [^/\s]+\/(\S+)/;

/** Only a merge commit names it. */
function branchOf(unit: Unit): string | null {
  const merge = unit.commits.find(({ sha }) => sha === unit.sha);
  return FROM_BRANCH.exec(headline(merge?.message ?? ""))?.[1] ?? null;
}

/** First and last time that somebody wrote at it; null: a squash took the time of the merge. */
function startOf(
  unit: Unit,
  mergedAt: Instant,
  authors: Read["authors"],
): { readonly first: Instant; readonly last: Instant } | null {
  const times = workOf(unit).flatMap(({ sha }) => authors.get(sha)?.at ?? []);
  const [first, last] = [Math.min(...times), Math.min(mergedAt, Math.max(...times))];
  return times.length === 0 || first > mergedAt - SAME_MS ? null : { first, last };
}

/** A commit that only names a version was made for the release: its date is that of the release. */
function isUndated({ tag, node: { commit } }: VersionTag): boolean {
  return tag.at === commit.committedAt && readReleaseCommit(commit.message) === null;
}

/** When later work took a unit back, unless that was taken back again. */
function revertTimes({ history, merges }: Read): ReadonlyMap<Unit, Instant> {
  const units = merges.map(({ unit }) => unit);
  const times = new Map(merges.map(({ unit, at }) => [unit, at]));
  const claims = new Map(units.map((unit) => [unit, readClaim(unit, history.fullName)]));
  return new Map(
    judgeReverts(units, (unit) => claims.get(unit) ?? null).flatMap(({ unit, fate }) =>
      fate.kind === "cancelled" ? [[unit, Number(times.get(fate.by))] as const] : [],
    ),
  );
}

/** Each stable tag with what no older one holds; the oldest brought what was there before. */
function releasesOf(
  stable: readonly VersionTag[],
  { merges, sizes, aside }: Read,
  asking: ReadonlySet<Sha>,
): ReleaseRecord[] {
  const units = Map.groupBy(merges, ({ releasedIn }) => releasedIn);
  const ownShas = new Map(aside.map(({ name, sha }) => [name, sha]));
  const firstAt = Math.min(...stable.map(({ tag }) => tag.at));
  return stable.map(({ tag }): ReleaseRecord => {
    const own = (units.get(tag) ?? []).map(({ unit }) => unit);
    const isAsking = own.some(({ sha }) => asking.has(sha));
    const lines = own.map(({ sha }) => sizes.get(sha) ?? null);
    const isKnown = lines.length > 0 && !lines.includes(null);
    return {
      repositoryId: REPOSITORY_ID,
      tag: tag.name,
      sha: ownShas.get(tag.name) ?? tag.sha,
      component: "",
      channel: "stable",
      isPrerelease: false,
      publishedAt: tag.at,
      usableAt: tag.at,
      usableBy: "published",
      withdrawnAt: null,
      actorId: null,
      kind: tag.at === firstAt ? "first" : isAsking ? "regular" : "empty",
      carries: own.map(({ pull, sha }): Carried => {
        return { pull: pull?.number ?? null, sha, how: pull === null ? "direct" : "ancestry" };
      }),
      lines: isKnown
        ? lines.reduce((sum, size) => sum + (size?.additions ?? 0) + (size?.deletions ?? 0), 0)
        : null,
      rollsBack: [],
      rolledBackAt: null,
      overrides: 0,
    };
  });
}
