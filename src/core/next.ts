import { judgeBatch } from "./batch.ts";
import type { Batch } from "./batch.ts";
import { judgeChannel } from "./channel.ts";
import { reachedFrom } from "./graph.ts";
import { holdForBehind, holdForLinked, holdForRange } from "./line-reasons.ts";
import { isChannelLine, isMaintenanceLine } from "./lines.ts";
import { raiseLevel } from "./order.ts";
import { isInRange } from "./range.ts";
import type { Hold } from "./reasons.ts";
import { withRollbacks } from "./rollback/roll-forward.ts";
import type { Linked, Sha } from "./state.ts";
import type { Subject } from "./subject.ts";
import {
  chooseTagFormat,
  compareVersions,
  formatTag,
  isStable,
  levelBetween,
  maxLevel,
  nextPrerelease,
  nextVersion,
} from "./version.ts";

/** The next release of the line, if everything allows it. */
export interface Next {
  readonly batch: Batch;
  /** Without a tag prefix. */
  readonly version: string;
  readonly tag: string;
  readonly level: Exclude<Batch["level"], "none">;
  /** Tag before it on the line; null for the first release. */
  readonly previousTag: string | null;
  /** Tag's commit of the linked components that this one follows; null: it leads, on the head. */
  readonly follows: { readonly sha: Sha; readonly components: readonly string[] } | null;
  /** Rules that an order lifted so far. */
  readonly lifted: readonly string[];
}

export type NextVerdict =
  | { readonly kind: "next"; readonly next: Next }
  /** Its version cannot be given. */
  | { readonly kind: "hold"; readonly hold: Hold; readonly version: string }
  /** Nothing of the batch asks for a release. */
  | { readonly kind: "nothing"; readonly batch: Batch };

/**
 * What the line would release after `base` (null: nothing was released yet). An order with a
 * version of its own is taken for no channel.
 */
export function judgeNext(subject: Subject, base: string | null): NextVerdict {
  const { state, policy } = subject;
  const { line, repository, linked } = state;
  if (isChannelLine(line)) return judgeChannelNext(subject, base);
  const own = raiseLevel(rolled(subject, judgeBatch(state, policy)), subject.order);
  if (linked !== null) return judgeLinkedNext(subject, linked, { own, base });
  if (own.level === "none") return { kind: "nothing", batch: own };
  const { level } = own;
  const version = subject.order?.version ?? versionAfter(base, level);
  const isOut = isMaintenanceLine(line, repository.defaultBranch);
  if (isOut && !isInRange(version, line.branch)) {
    return {
      kind: "hold",
      hold: holdForRange(own, { version, base, branch: line.branch }),
      version,
    };
  }
  return { kind: "next", next: makeNext(subject, { batch: own, version, level }) };
}

function rolled({ state, policy }: Subject, batch: Batch): Batch {
  return withRollbacks({ state, policyTag: policy.tag ?? null }, batch);
}

function versionAfter(base: string | null, level: Next["level"]): string {
  return base === null || isStable(base) ? nextVersion(base, level) : nextPrerelease(base, level);
}

function formatOf({ state, policy }: Subject): string {
  return chooseTagFormat(policy.tag ?? null, state.baseTag?.name ?? null);
}

function makeNext(
  subject: Subject,
  { batch, version, level }: Pick<Next, "batch" | "version" | "level">,
): Next {
  return {
    batch,
    version,
    tag: formatTag(version, formatOf(subject)),
    level,
    previousTag: subject.state.baseTag?.name ?? null,
    follows: null,
    lifted: (subject.order?.version ?? null) === null ? [] : ["version"],
  };
}

function judgeChannelNext(subject: Subject, base: string | null): NextVerdict {
  const { state, policy } = subject;
  const format = formatOf(subject);
  const judged = judgeChannel(state, base, { format, rules: policy });
  const { previous, behind, version } = judged;
  const batch = raiseLevel(rolled(subject, judged.batch), subject.order);
  if (batch.level === "none") return { kind: "nothing", batch };
  if (behind !== null) {
    const where = state.repository.defaultBranch;
    return {
      kind: "hold",
      hold: holdForBehind(behind, { version, where, line: state.line }),
      version,
    };
  }
  const next = makeNext(subject, { batch, version, level: batch.level });
  return { kind: "next", next: { ...next, previousTag: previous?.name ?? next.previousTag } };
}

/**
 * Linked components have one version: the next after the highest of the group. One that stayed
 * behind, because a pass was interrupted or because it was linked later, follows to that version.
 */
function judgeLinkedNext(
  subject: Subject,
  linked: Linked,
  { own, base }: { readonly own: Batch; readonly base: string | null },
): NextVerdict {
  const { version: highest, tag } = linked;
  const isBehind = highest !== null && (base === null || compareVersions(base, highest) < 0);
  const commits = tag === null ? [] : reachedFrom(subject.state.commits, tag.sha);
  if (isBehind && tag !== null && commits.length > 0) {
    const batch = rolled(subject, judgeBatch({ ...subject.state, commits }, subject.policy));
    const level = levelBetween(base, highest);
    const next = makeNext(subject, { batch, version: highest, level });
    return {
      kind: "next",
      next: { ...next, follows: { sha: tag.sha, components: linked.components } },
    };
  }
  const asked = maxLevel(own.level, linked.level);
  if (asked === "none") return { kind: "nothing", batch: own };
  const version = subject.order?.version ?? nextVersion(highest, asked);
  // What the group asks for is forgotten when one of it is released; the versions tell.
  const level = levelBetween(base, version);
  const next = makeNext(subject, { batch: own, version, level });
  if (linked.heldBy === null) return { kind: "next", next };
  return { kind: "hold", hold: holdForLinked(next.tag, linked.heldBy), version };
}
