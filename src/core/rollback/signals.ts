import { publishedReleases } from "../line-releases.ts";
import type { Memory } from "../memory.ts";
import type { Instant, LineState, ReleaseSeen, Sha } from "../state.ts";
import type { Subject } from "../subject.ts";
import { chooseTagFormat, parseTag } from "../version.ts";
import { DAY_MS } from "../zone.ts";

/**
 * What speaks against a release: reports of bugs, a label, a deployment that failed. They are shown
 * where it can be rolled back. Text of people is looked through for names of releases, and no word of
 * it goes further.
 */

/** Releases older than this are not looked at: whoever uses them has found out by now. */
const WATCHED_MS = 14 * DAY_MS;

/** Newest releases of a line: those that have a box on the desk. */
const WATCHED_MAX = 5;

/** Of one line; more are left out. */
const SIGNALS_MAX = 20;

/** Characters of one report that are looked through. */
const TEXT_CHARS_MAX = 65_536;

/** Labels that make an issue, or a pull, a signal; lower case. */
export const SIGNAL_LABELS = ["bug", "regression"] as const;

export type ReportKind = (typeof SIGNAL_LABELS)[number];

/** An open issue with one of the labels, or a pull with `regression`. */
export interface ReportSeen {
  readonly kind: ReportKind;
  readonly number: number;
  readonly url: string;
  readonly isPull: boolean;
  /** Title and text. Untrusted. */
  readonly text: string;
  readonly createdAt: Instant;
  /**
   * Login of the person whose word it is: who reported the bug, who set the label `regression`. Null:
   * no person, or GitHub does not say.
   */
  readonly by: string | null;
}

/** A deployment as it stands. */
export interface DeploymentSeen {
  readonly sha: Sha;
  /** A name that whoever deploys gave. */
  readonly environment: string;
  readonly isFailed: boolean;
}

/** What GitHub shows of a repository. */
export interface SignalsSeen {
  readonly reports: readonly ReportSeen[];
  /** Newest first. */
  readonly deployments: readonly DeploymentSeen[];
}

/** What speaks against one release. */
export interface Signal {
  /** Of the release. */
  readonly tag: string;
  readonly kind: ReportKind | "deployment";
  /** `#41`, or the name of the environment. */
  readonly name: string;
  /** Of the issue or pull; null: a deployment. */
  readonly url: string | null;
  /** As in `ReportSeen`; null also for a deployment, which nobody makes without write. */
  readonly by: string | null;
}

/** What is remembered of a line; what the whole repository has in common is kept by the default one. */
export interface SignalsKept {
  readonly found: readonly Signal[];
  /** When GitHub is asked again, if nothing tells before. */
  readonly dueAt: Instant;
  /** The newest word of a delivery that was taken into account; null: none was. */
  readonly heard: string | null;
  /** When we rolled back by ourselves the last time; null: never. */
  readonly actedAt: Instant | null;
}

/**
 * Its notes say since less than a day that it is rolled back, and nobody knows more of that: the
 * database was lost before the issue stood that tells it. Then what spoke against it counts once more.
 */
export function isInterrupted(
  { tag, banner }: ReleaseSeen,
  { rollbacks }: Pick<Memory, "rollbacks">,
  now: Instant,
): boolean {
  if (banner?.as !== "rolled-back" || banner.tag !== tag || rollbacks === null) return false;
  const isKnown = rollbacks.some(({ release }) => release.tag === tag);
  return !isKnown && (banner.at ?? 0) > now - DAY_MS;
}

/** Published releases that may turn out to be bad, newest first. */
export function listWatched({
  state,
  policy,
  now,
}: Pick<Subject, "state" | "policy" | "now">): readonly ReleaseSeen[] {
  return publishedReleases(state, policy.tag ?? null)
    .filter((each) => each.banner?.as !== "rolled-back" || isInterrupted(each, state.memory, now))
    .slice(0, WATCHED_MAX)
    .filter(({ publishedAt }) => Number(publishedAt) > now - WATCHED_MS);
}

/** The signals about releases of one line, in order of the releases. */
export function matchSignals(
  subject: Pick<Subject, "state" | "policy" | "now">,
  { reports, deployments }: SignalsSeen,
): readonly Signal[] {
  const watched = listWatched(subject);
  const named = reports.map((report) => ({ report, tag: findNamed(report, subject) }));
  return watched
    .flatMap((release): Signal[] => [
      ...failedOf(release, deployments),
      ...named.flatMap(({ report, tag }): Signal[] => {
        const isOfBatch = report.isPull && release.cardPulls?.includes(report.number) === true;
        if (tag !== release.tag && !isOfBatch) return [];
        const { kind, number, url, by } = report;
        return [{ tag: release.tag, kind, name: `#${number}`, url, by }];
      }),
    ])
    .slice(0, SIGNALS_MAX);
}

/** The newest deployment to each place decides. */
function failedOf(
  { tag, sha }: ReleaseSeen,
  deployments: readonly DeploymentSeen[],
): readonly Signal[] {
  const own = deployments.filter((each) => each.sha === sha);
  const newest = own.filter(
    (each, at) => own.findIndex(({ environment }) => environment === each.environment) === at,
  );
  return newest
    .filter(({ isFailed }) => isFailed)
    .map(({ environment }) => ({
      tag,
      kind: "deployment",
      name: environment,
      url: null,
      by: null,
    }));
}

/**
 * Tag of the newest release that the text names; null: none, or it is from before that release. Who
 * writes "it worked in v1.4.2, v1.4.3 is broken" means the newer one.
 */
function findNamed(
  { text, createdAt }: ReportSeen,
  { state, policy }: Pick<Subject, "state" | "policy">,
): string | null {
  const read = text.slice(0, TEXT_CHARS_MAX).toLowerCase();
  const named = publishedReleases(state, policy.tag ?? null).find(({ tag }) => {
    const names = namesOf(tag, state, policy.tag ?? null);
    return names.some((name) => hasName(read, name.toLowerCase()));
  });
  return named === undefined || createdAt < Number(named.publishedAt) ? null : named.tag;
}

/** The tag; and its version alone, where it cannot be a component's. */
function namesOf(tag: string, { line }: LineState, policyTag: string | null): readonly string[] {
  const version = parseTag(tag, chooseTagFormat(policyTag, tag));
  return line.component === "" && version !== null ? [tag, version, `v${version}`] : [tag];
}

/** As a word of its own: `1.4.3` is not in `1.4.31`, `11.4.3`, `core-v1.4.3` or `1.4.3-next.1`. */
function hasName(text: string, name: string): boolean {
  for (let at = text.indexOf(name); at !== -1; at = text.indexOf(name, at + 1)) {
    const isBegin = !/[\w.@/-]$/.test(text.slice(Math.max(0, at - 1), at));
    const isEnd = !/^(?:[\w@/+-]|\.\w)/.test(text.slice(at + name.length, at + name.length + 2));
    if (isBegin && isEnd) return true;
  }
  return false;
}
