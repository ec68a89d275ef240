import type { Plan, Reason } from "../action.ts";
import { judgeBatch } from "../batch.ts";
import type { BatchUnit } from "../batch.ts";
import { explainBrake, judgeBrake } from "../brake.ts";
import { lineReleases, publishOf } from "../line-releases.ts";
import { nameLine } from "../lines.ts";
import { judgeNext } from "../next.ts";
import type { PublishVerdict } from "../publish.ts";
import { isOver as isEnded } from "../rollback/roll-forward.ts";
import { isActing } from "../start.ts";
import type { Instant, LineState, ReleaseSeen } from "../state.ts";
import { openSubject } from "../subject-of.ts";
import type { Subject } from "../subject.ts";
import { nameUnit } from "../units.ts";
import { chooseTagFormat, levelBetween, nextVersion, parseTag } from "../version.ts";
import { keyOfLine } from "./desk-box.ts";
import type { DeskAct } from "./desk-box.ts";
import { offerRollbacks } from "./desk-offers.ts";
import type { RisksKept } from "./desk-offers.ts";
import { LEAST } from "./desk-view.ts";
import type { DeskLine, DeskOffer, DeskRelease, ReleaseFate } from "./desk-view.ts";

const UNKNOWN: ReleaseFate = { kind: "unknown", names: [] };

/** Releases of one line that the desk lists. */
const RELEASES_MAX = 10;

/** What is known beside a look. */
export interface DeskKnown {
  /** How releases fared, by tag. */
  readonly fates: Readonly<Record<string, ReleaseFate>>;
  readonly risks: RisksKept;
  readonly now: Instant;
}

/** What a line looks like on the desk, of a state and its plan. */
export function describeLine(
  { state, plan }: { readonly state: LineState; readonly plan: Plan },
  { fates, risks, now }: DeskKnown,
): DeskLine {
  const { line, repository, baseTag, head } = state;
  const { reason } = plan;
  const subject = openSubject(state, now);
  const isOver = reason.state === "idle" || reason.state === "released";
  const next = subject === null || isOver ? null : findNext(subject);
  const standing = (next?.units ?? []).filter(({ cancelledBy }) => cancelledBy === null);
  const compared =
    baseTag === null || head === null
      ? null
      : `${repository.url}/compare/${encodeURIComponent(baseTag.name)}...${head.sha}`;
  return {
    line,
    name: nameLine(line, repository.defaultBranch),
    state: reason.state,
    code: reason.code,
    // The heading says the first word.
    text: reason.text.replace(/^held: by /, "held by ").replace(/^(?:held|prepared): /, ""),
    detail: subject === null ? reason.detail : withBrake(subject, reason),
    since: sinceOf(state, plan, standing),
    tag: next?.tag ?? null,
    units: standing.map(({ unit, level }) => ({
      name: nameUnit(unit),
      title: unit.title,
      level,
      author: unit.author.login,
      url: `${repository.url}/commit/${unit.sha}`,
    })),
    compareUrl: compared,
    releases: subject === null ? [] : offerRollbacks(subject, listReleases(subject, fates), risks),
    boxes: listBoxes(state, plan, { next, isBraked: isBraked(subject) }),
    rollbacks: (state.memory.rollbacks ?? []).flatMap((each) =>
      each.issue === null || isEnded(each) ? [] : [{ tag: each.release.tag, url: each.issue.url }],
    ),
  };
}

function isBraked(subject: Subject | null): boolean {
  return subject !== null && judgeBrake(subject).kind === "on";
}

/** Also where nothing waits: what is merged next does not go out by itself. */
function withBrake(subject: Subject, { code, detail }: Reason): string | null {
  const brake = judgeBrake(subject);
  if (brake.kind !== "on" || code === "brake") return detail;
  return [detail, explainBrake(brake)].filter((part) => part !== null).join("\n\n");
}

interface Waiting {
  readonly units: readonly BatchUnit[];
  readonly tag: string | null;
  readonly version: string;
}

/** What the next release of a line would be; null: there is nothing to judge by. */
export function findWaiting(state: LineState, now: Instant): Waiting | null {
  const subject = openSubject(state, now);
  return subject === null ? null : findNext(subject);
}

function findNext(subject: Subject): Waiting {
  const { state, policy } = subject;
  const { baseTag } = state;
  const format = chooseTagFormat(policy.tag ?? null, baseTag?.name ?? null);
  const base = baseTag === null ? null : parseTag(baseTag.name, format);
  const judged = judgeNext(subject, base);
  if (judged.kind === "next") {
    const { batch, tag, version } = judged.next;
    return { units: batch.units, tag, version };
  }
  const { units } = judged.kind === "nothing" ? judged.batch : judgeBatch(state, policy);
  // Where somebody asks for a release of what rides along, it is a patch.
  return { units, tag: null, version: nextVersion(base, "patch") };
}

/** When what is in the way came: whoever held it, the change that is named first, or the oldest. */
function sinceOf(
  { memory }: LineState,
  { reason }: Plan,
  standing: readonly BatchUnit[],
): Instant | null {
  if (memory.hold !== null) return memory.hold.at;
  const [first] = reason.blockedBy;
  const named = standing.find(({ unit }) => nameUnit(unit) === first);
  return (named ?? standing[0])?.unit.at ?? null;
}

/** Reasons that `/release` ends. */
export const PREPARED: ReadonlySet<string> = new Set(["level", "untyped"]);

/** Reasons that only `/release now` ends. */
export const FORCED: ReadonlySet<string> = new Set([
  "window-open",
  "schedule-closed",
  "bucket-empty",
  "bots-ride-along",
  "rides-along",
]);

function listBoxes(
  state: LineState,
  { reason }: Plan,
  { next, isBraked: mayResume }: { readonly next: Waiting | null; readonly isBraked: boolean },
): readonly DeskOffer[] {
  if (!isActing(state) || state.head === null || state.repository.isArchived) return [];
  const line = keyOfLine(state.line);
  const offer = (act: DeskAct, batch: DeskOffer["batch"] = null): DeskOffer => {
    return { act, line, batch, least: LEAST[act] };
  };
  if (state.memory.hold !== null) return [offer("resume")];
  const { sha } = state.head;
  const letGo = PREPARED.has(reason.code) ? "publish" : FORCED.has(reason.code) ? "release" : null;
  const others = [...(mayResume ? [offer("resume")] : []), offer("hold")];
  if (letGo === null || next === null) return others;
  return [offer(letGo, { version: next.version, sha }), ...others];
}

export function listReleases(
  { state, policy, now }: Subject,
  fates: Readonly<Record<string, ReleaseFate>>,
): readonly DeskRelease[] {
  const releases = lineReleases(state, policy.tag ?? null);
  return releases.slice(0, RELEASES_MAX).map((own, at) => ({
    tag: own.tag,
    url: own.url,
    publishedAt: Number(own.publishedAt),
    pulls: own.cardPulls?.length ?? null,
    level: levelOf(own, releases[at + 1] ?? null, policy.tag ?? null),
    checks: own.cardChecks?.length ?? null,
    isOurs: own.isOurs,
    fate: fateOf(releases, { own, at, now }) ?? fates[own.tag] ?? UNKNOWN,
    ...(own.banner === undefined ? {} : { affectedBy: own.banner.tag }),
  }));
}

/** Null for the first one that is known. Releases of a line have a version in their tags. */
function levelOf(
  own: ReleaseSeen,
  before: ReleaseSeen | null,
  policyTag: string | null,
): DeskRelease["level"] {
  const versionOf = ({ tag }: ReleaseSeen): string =>
    String(parseTag(tag, chooseTagFormat(policyTag, tag)));
  return before === null ? null : levelBetween(versionOf(before), versionOf(own));
}

/** Checks are read for the newest two releases only; null: nobody asked. */
function fateOf(
  releases: readonly ReleaseSeen[],
  { own, at, now }: { readonly own: ReleaseSeen; readonly at: number; readonly now: Instant },
): ReleaseFate | null {
  return at < 2 ? readFate(publishOf(releases, own, now)) : null;
}

function readFate(verdict: PublishVerdict): ReleaseFate {
  if (verdict.kind === "none") return { kind: "usable", names: [] };
  const { kind, names } = verdict;
  return { kind: kind === "awaited" || kind === "running" ? "publishing" : kind, names };
}
