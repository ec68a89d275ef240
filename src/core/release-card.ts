import { seeAgents } from "./agents.ts";
import type { Batch, BatchUnit } from "./batch.ts";
import type { ReleaseCard } from "./card.ts";
import type { CutNotes } from "./evidence/cut-notes.ts";
import { describeGates } from "./gated-units.ts";
import type { GatedUnit } from "./gated-units.ts";
import { describeKnown, describeMissing } from "./missing.ts";
import { redactSource } from "./redact.ts";
import type { Rollback } from "./rollback/rollback.ts";
import { describeRolledBack } from "./rollback/rolled-back.ts";
import { latestChecks } from "./settle.ts";
import { describeExceptions } from "./size/size-exception.ts";
import type { CheckSeen, Instant, LineState, PreviewSeen, Sha } from "./state.ts";
import type { Level } from "./version.ts";

/** A release that is decided but not yet cut. */
export interface Cut {
  readonly tag: string;
  readonly sha: Sha;
  /** Without a tag prefix. */
  readonly version: string;
  /** Tag before it on the line; null for the first release. */
  readonly previousTag: string | null;
  readonly batch: Batch;
  /** Level before 0.x lowers it. */
  readonly level: Level;
  readonly checks: readonly CheckSeen[];
  readonly policySha: Sha | null;
  /** What was judged before the cut, in order. */
  readonly rules: ReleaseCard["rules"];
  /** Draft of ours that is to be published; absent: the release does not stand in any form. */
  readonly draftId?: number;
  /** Every unit that the gates judged. Absent: the policy has none. */
  readonly gates?: readonly GatedUnit[];
  /** How its units are worded. Absent: by their titles, and nobody drafts here. */
  readonly notes?: CutNotes;
  /** Rules that a person lifted. */
  readonly overrides: ReleaseCard["overrides"];
  /** Whose code it takes back, oldest first. Absent: nothing is taken back. */
  readonly rollsBack?: readonly Rollback[];
}

export function makeCard(state: LineState, cut: Cut, now: Instant): ReleaseCard {
  const { repository, line } = state;
  const fullName = `${repository.owner}/${repository.name}`;
  return {
    card: 1,
    repository: { id: repository.id, name: fullName },
    line: { branch: line.branch, component: line.component, channel: line.channel },
    version: cut.version,
    tag: cut.tag,
    sha: cut.sha,
    previousTag: cut.previousTag,
    level: cut.level,
    decidedAt: formatInstant(now),
    units: cut.batch.units.map((unit) => ({
      ...describeUnit(unit, fullName),
      ...describeMissing(state, unit.unit),
      ...describeGates(cut.gates ?? [], unit.unit),
    })),
    checks: latestChecks(cut.checks).map(({ name, state: result }) => ({ name, state: result })),
    rules: cut.rules,
    overrides: [
      ...cut.overrides,
      ...describeKnown(state, cut.batch),
      ...describeExceptions(state, cut.batch),
    ],
    ...(state.previews.length === 0 ? {} : { previews: state.previews.map(copyPreview) }),
    notes: cut.notes?.card ?? { source: "deterministic", reason: null },
    policySha: cut.policySha,
    rollbackTarget: cut.previousTag,
    ...describeRolledBack(cut.rollsBack ?? []),
  };
}

function describeUnit(judged: BatchUnit, fullName: string): ReleaseCard["units"][number] {
  const { unit, cancelledBy } = judged;
  const { pull } = unit;
  const { id, login, isBot } = unit.author;
  return {
    pull: pull?.number ?? null,
    sha: unit.sha,
    title: redactSource(unit.title),
    level: judged.level,
    levelFrom: judged.from,
    author: { id, login, isBot },
    mergedBy: pull?.mergedBy ?? null,
    mergedAt: formatInstant(unit.at),
    reviews: (pull?.reviews ?? []).map(({ author, state, sha }) => ({
      login: author.login,
      state,
      sha,
    })),
    agents: seeAgents(unit).map(({ name, evidence }) => ({ name, evidence })),
    closes: (pull?.closes ?? [])
      .filter((issue) => issue.repository.toLowerCase() === fullName.toLowerCase())
      .map((issue) => issue.number),
    cancelledBy:
      cancelledBy === null
        ? null
        : cancelledBy.pull === null
          ? cancelledBy.sha
          : `#${cancelledBy.pull.number}`,
  };
}

/** ISO 8601 in UTC. */
export function formatInstant(at: Instant): string {
  return new Date(at).toISOString();
}

function copyPreview({ pull, tags, comments }: PreviewSeen) {
  return { pull, tags: [...tags], comments: comments.map((one) => ({ ...one })) };
}
