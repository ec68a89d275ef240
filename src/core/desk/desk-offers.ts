import { lineReleases } from "../line-releases.ts";
import { rollbackPolicyOf } from "../policy/policy-rollback.ts";
import { sayBefore, sayForeseen, tellRisk } from "../rollback/foreseen-words.ts";
import { foreseeRollback } from "../rollback/judge-rollback.ts";
import { judgeKept } from "../rollback/risk-kept.ts";
import type { RiskKept } from "../rollback/risk-kept.ts";
import { rollbackLink } from "../rollback/rollback-door.ts";
import type { Foreseen } from "../rollback/rollback.ts";
import { listWatched } from "../rollback/signals.ts";
import { isActing } from "../start.ts";
import type { Instant } from "../state.ts";
import type { Subject } from "../subject.ts";
import { keyOfLine } from "./desk-box.ts";
import { LEAST } from "./desk-view.ts";
import type { DeskRelease, DeskSignal } from "./desk-view.ts";

/** Releases that can be taken back from the desk, with what is known of that before anybody does. */

/** Releases of one line that have a box to take them back. */
const OFFERED_MAX = 5;

/** What was read of releases, by tag. */
export type RisksKept = Readonly<Record<string, RiskKept>>;

export interface Offered {
  readonly foreseen: Foreseen;
  readonly publishedAt: Instant;
}

/** The newest ones can be taken back from the desk; older ones by a comment. */
export function listOffered(subject: Subject): readonly Offered[] {
  const { state, policy } = subject;
  if (!isActing(state) || state.repository.isArchived) return [];
  return lineReleases(state, policy.tag ?? null)
    .slice(0, OFFERED_MAX)
    .flatMap(({ tag, publishedAt }) => {
      const foreseen = foreseeRollback(subject, tag);
      return foreseen === null ? [] : [{ foreseen, publishedAt: Number(publishedAt) }];
    });
}

export function offerRollbacks(
  subject: Subject,
  releases: readonly DeskRelease[],
  risks: RisksKept,
): readonly DeskRelease[] {
  const { state } = subject;
  const { url } = state.repository;
  const line = keyOfLine(state.line);
  const offered = new Map(
    listOffered(subject).map(({ foreseen }) => [foreseen.release.tag, foreseen]),
  );
  return releases.map((release) => {
    const { tag } = release;
    const foreseen = offered.get(tag);
    if (foreseen === undefined) return release;
    const signals = listSignals(subject, release);
    const said = signals.length === 0 ? {} : { signals };
    const box = { act: "rollback", line, batch: null, tag, least: LEAST.rollback } as const;
    const risked = { ...foreseen, risk: judgeKept(state, foreseen, risks) };
    const risk = tellRisk(risked, url);
    const issueUrl = rollbackLink(url, tag, sayBefore(risked, risk));
    return {
      ...release,
      ...said,
      rollback: { box, effect: sayForeseen(foreseen), risk, issueUrl },
    };
  });
}

/** As far as the policy wants to hear of it. */
function listSignals(subject: Subject, { tag, fate }: DeskRelease): readonly DeskSignal[] {
  const { state, policy } = subject;
  if (!listWatched(subject).some((release) => release.tag === tag)) return [];
  const { onSignal } = rollbackPolicyOf(policy);
  const failed = fate.kind === "failed" ? fate.names : [];
  return [
    ...failed.map((name): DeskSignal => ({ kind: "publish", name, url: null })),
    ...(state.memory.signals?.found ?? [])
      .filter((each) => each.tag === tag)
      .map(({ kind, name, url }): DeskSignal => ({ kind, name, url })),
  ].filter(({ kind }) => onSignal[kind] !== "off");
}
