import type { Asked } from "../command.ts";
import { inertCode } from "../inert.ts";
import type { PersonHold } from "../memory.ts";
import { judgeHold } from "../person-hold.ts";
import type { Pull } from "../pull.ts";
import { answer } from "../question.ts";
import type { Decision, Question } from "../question.ts";
import { listNames } from "../reasons.ts";
import type { LineState, ReleaseSeen } from "../state.ts";
import type { Subject } from "../subject.ts";
import { chooseTagFormat, compareVersions, isStable, parseTag } from "../version.ts";
import { countUnread, listUnread, tagBefore, withRead } from "./older-releases.ts";
import { holdOf, isOver } from "./roll-forward.ts";
import { hearResumed, retryRefused } from "./rollback.ts";
import type { Foreseen, Pulls, ReleaseNamed, Restore, Rollback } from "./rollback.ts";

/** Which release is meant by `/rollback v1.4.3`, what is done about it, or why nothing is. */

/** Rollbacks of a line that go on at the same time; more are asked for when one has ended. */
const RUNNING_MAX = 5;
/** Ended ones that are remembered, so that they are not done again. */
const ENDED_MAX = 20;
/** Later releases that are marked, the newest. More hold it too, and the issue counts them. */
const AFFECTED_MAX = 20;
const PULLS_MAX = 20;
const TITLE_CHARS_MAX = 100;

/** A published release of the line, with its version. */
interface Published {
  readonly release: ReleaseSeen;
  readonly version: string;
}

export function judgeRollback(
  question: Question,
  line: Subject,
  asked: Extract<Asked, { kind: "rollback" }>,
): Decision {
  const { said, older } = question;
  const unread = older === undefined ? listUnread(line, asked.tag) : [];
  if (unread.length > 0) return { kind: "read", tags: unread };
  const subject = { ...line, state: withRead(line, older ?? []) };
  const { state } = subject;
  const published = listPublished(subject);
  const target = findTarget(published, asked.tag);
  if (target === null) return judgeUnknown(question, published, asked.tag);
  const { tag, sha } = target.release;
  const name = inertCode(tag);
  const { rollbacks, resumedAt: lifted } = state.memory;
  const all = (rollbacks ?? []).map((each) => hearResumed(each, lifted));
  const known = all.find((each) => each.release.tag === tag) ?? null;
  if (known !== null) return judgeKnown(question, known, all);
  if (sha === null) return answer(`the tag ${name} is gone, so nobody knows what it held.`);
  const running = all.filter((each) => !isOver(each));
  if (running.length >= RUNNING_MAX) {
    const names = running.map(({ release }) => inertCode(release.tag)).join(", ");
    return answer(`${names} are being rolled back. Say it again when one of them has ended.`);
  }
  const ended = all.filter(isOver).slice(-ENDED_MAX);
  const rollback: Rollback = {
    ...describe(subject, { published, target, all }),
    by: question.by.login,
    reason: asked.reason,
    url: said.url,
    at: said.at,
    steps: {},
    restoration: null,
    reland: null,
    risk: null,
    resumedAt: null,
    issue: null,
    openingAt: null,
    said: null,
  };
  const hold = holdFor(question, rollback);
  if ("kind" in hold) return hold;
  return { kind: "rollBack", tag, rollbacks: [...ended, ...running, rollback], hold };
}

/** What taking a release back would do, for the desk. Null: it is taken back, or nothing to take. */
export function foreseeRollback(subject: Subject, tag: string): Foreseen | null {
  const published = listPublished(subject);
  const target = published.find(({ release }) => release.tag === tag);
  const all = subject.state.memory.rollbacks ?? [];
  if (target === undefined || target.release.sha === null || isRolledBack(target.release, all)) {
    return null;
  }
  return describe(subject, { published, target, all });
}

/** Ascending by version. */
function listPublished({ state, policy }: Subject): readonly Published[] {
  return state.releases
    .flatMap((release): Published[] => {
      const version = parseTag(release.tag, chooseTagFormat(policy.tag ?? null, release.tag));
      const isOut = !release.isDraft && release.publishedAt !== null;
      return isOut && version !== null ? [{ release, version }] : [];
    })
    .toSorted((left, right) => compareVersions(left.version, right.version));
}

/** By its tag as it stands, else by its version: people leave the `v` out, or put one there. */
function findTarget(published: readonly Published[], asked: string): Published | null {
  const exact = published.find(({ release }) => release.tag === asked);
  if (exact !== undefined) return exact;
  const version = asked.replace(/^v(?=\d)/i, "");
  return published.find((each) => each.version === version) ?? null;
}

function judgeUnknown(
  { state, said }: Question,
  published: readonly Published[],
  asked: string,
): Decision {
  if (said.isTaken) return { kind: "nothing" };
  const draft = state.releases.find(({ isDraft, tag }) => isDraft && tag === asked);
  const name = inertCode(asked);
  if (draft !== undefined) {
    return answer(`${name} is a draft, which nobody has yet. Delete it, or let it stand.`);
  }
  const newest = published.toReversed().map(({ release }) => release.tag);
  const isCut = (state.releasesKnownSince ?? null) !== null;
  const list = isCut ? "the newest are" : "there are";
  const known = newest.length === 0 ? "there is none yet" : `${list} ${listNames(newest)}`;
  return { kind: "elsewhere", text: `there is no release ${name} here; ${known}.` };
}

/** It was taken back already, or is being taken back. */
function judgeKnown(
  { state, said }: Question,
  known: Rollback,
  all: readonly Rollback[],
): Decision {
  const { tag } = known.release;
  const { hold } = state.memory;
  const isSame = known.url === said.url && known.at === said.at;
  if (said.isTaken) return { kind: "nothing" };
  // Heard once more, because the pass that took it was interrupted.
  if (isSame) return { kind: "rollBack", tag, rollbacks: all, hold };
  const where = known.issue === null ? "" : ` [What was done](${known.issue.url}).`;
  if (isOver(known)) {
    return answer(`${inertCode(tag)} was rolled back already.${where}`);
  }
  const again = retryRefused(known, said.at);
  if (again === null) return answer(`${inertCode(tag)} is being rolled back already.${where}`);
  const rollbacks = all.map((each) => (each === known ? { ...again, said: null } : each));
  return { kind: "rollBack", tag, rollbacks, hold };
}

/** The hold that comes with it; or why it is not done: it was said before somebody resumed. */
function holdFor(
  question: Question,
  rollback: Rollback,
): PersonHold | Exclude<Decision, { kind: "hold" }> {
  const own = holdOf(rollback);
  const judged = judgeHold(question, own.reason);
  if (judged.kind !== "hold") return judged;
  // A hold of somebody else stands as it is, also an older one: it is not lifted with the rollback.
  const { hold } = question.state.memory;
  const isPersons = hold !== null && hold.rollback === undefined;
  if (isPersons) return hold;
  return judged.hold.url === own.url ? own : judged.hold;
}

function describe(
  subject: Subject,
  {
    published,
    target,
    all,
  }: {
    readonly published: readonly Published[];
    readonly target: Published;
    readonly all: readonly Rollback[];
  },
): Foreseen {
  const { state } = subject;
  const isOfSeries = ({ version }: Published): boolean =>
    isStable(version) || !isStable(target.version);
  const bad = new Set([
    ...all.flatMap(({ release, affected }) => [release.tag, ...affected.map(({ tag }) => tag)]),
    ...published.flatMap(({ release }) => (release.banner === undefined ? [] : [release.tag])),
  ]);
  const series = published.filter(isOfSeries);
  const below = series.filter(({ version }) => compareVersions(version, target.version) < 0);
  const before = tagBefore(subject, target.version);
  const good = below.findLast(({ release }) => isGood(release, target) && !bad.has(release.tag));
  const above = series
    .filter(({ version }) => compareVersions(version, target.version) > 0)
    .filter(({ release }) => holds(release, state) && !isRolledBack(release, all));
  // The newest are those that people have.
  const later = above.slice(-AFFECTED_MAX);
  const unmarked = above.length - later.length + countUnread(subject, target.version);
  const taken = [target, ...above].map(({ release }) => release);
  return {
    release: nameRelease(target.release),
    good: good === undefined ? null : nameRelease(good.release),
    // Where it stands on the good one already, somebody was here before: it is made sure of.
    movesLatest: [...taken, good?.release].some((release) => release?.isLatest === true),
    restore: before === null ? null : describeRestore(subject, before),
    affected: later.map(({ release }) => nameRelease(release)),
    ...(unmarked === 0 ? {} : { unmarked }),
    pulls: namePulls([target.release], state.pulls),
    loses: namePulls(
      later.map(({ release }) => release),
      state.pulls,
    ),
  };
}

function describeRestore({ state, family }: Subject, before: string): Restore {
  const components = family.policy.components ?? [];
  const own = components.find(({ name }) => name === state.line.component);
  const path = own?.path ?? null;
  const isBelow = (other: string): boolean =>
    path === null || path === "." || other.startsWith(`${path}/`);
  const others = components.filter((each) => each !== own && isBelow(each.path));
  return { before, path, others: others.map((each) => each.path) };
}

/** Where people can be sent. A prerelease only from a prerelease. */
function isGood({ sha, isPrerelease }: ReleaseSeen, target: Published): boolean {
  return sha !== null && (!isPrerelease || !isStable(target.version));
}

/** Every later release of a line holds the earlier ones; one that stands elsewhere may not. */
function holds({ tag, sha }: ReleaseSeen, { tags }: LineState): boolean {
  return sha !== null && tags.find(({ name }) => name === tag)?.isAncestor !== false;
}

function isRolledBack({ tag, banner }: ReleaseSeen, all: readonly Rollback[]): boolean {
  return banner?.as === "rolled-back" || all.some(({ release }) => release.tag === tag);
}

function nameRelease({ id, tag }: ReleaseSeen): ReleaseNamed {
  return { id, tag };
}

/** As their cards have them; titles as far as they were read. */
function namePulls(releases: readonly ReleaseSeen[], pulls: readonly Pull[]): Pulls {
  const numbers: number[] = [];
  for (const { cardPulls } of releases) {
    if (cardPulls === null) return null;
    numbers.push(...cardPulls);
  }
  const shown = numbers.slice(0, PULLS_MAX).map((number) => {
    const pull = pulls.find((each) => each.number === number);
    const title = pull?.title.slice(0, TITLE_CHARS_MAX) ?? null;
    return { number, title, author: pull?.author.login ?? null };
  });
  return { shown, count: numbers.length };
}
