import type { PublishCheck } from "../core/action.ts";
import type { NotesOrigin } from "../core/evidence/cut-notes.ts";
import { defaultLine, isDefaultLine, nameLine } from "../core/lines.ts";
import { sayWeekly } from "../core/weekly/weekly-kept.ts";
import type { LinePlan } from "../ports.ts";
import type { Database } from "../store/database.ts";
import { describeNotes, formatInstant } from "./plan-text.ts";

const RELEASES_MAX = 5;

interface StandingPlan {
  readonly at: string;
  readonly state: string;
  readonly reason: string;
  readonly text: string;
  readonly blockedBy: readonly string[];
  readonly version: string | null;
  readonly wakeAt: string | null;
  /** Where the notes of the next release come from, and why not from Claude. Null: not known. */
  readonly notes: NotesOrigin | null;
}

/** What the App's database knows of one repository. Times are ISO 8601 in UTC. */
export interface Standing {
  readonly repository: string;
  /** Null: it was not looked at yet. */
  readonly plan: StandingPlan | null;
  /** Components, channels and maintenance branches, with their last plans. */
  readonly lines: readonly (StandingPlan & { readonly line: string })[];
  /** Null: it works. */
  readonly parked: {
    readonly since: string;
    readonly until: string;
    readonly code: string;
    readonly message: string;
  } | null;
  /** The weekly report; null: none is asked for, or nothing is known of it. */
  readonly weekly: string | null;
  /** Newest first. */
  readonly releases: readonly {
    readonly tag: string;
    readonly sha: string;
    readonly state: string;
    /** Null: it was intended, and is not known to stand. */
    readonly publishedAt: string | null;
    readonly url: string | null;
    readonly units: number;
    /** Checks that the release started. One that is `red`: it stands on GitHub only. */
    readonly publishChecks: readonly PublishCheck[];
  }[];
}

/** Null where the database does not know the repository. `only`: of the other lines this one. */
export async function readStanding(
  database: Database,
  owner: string,
  name: string,
  only: string | null = null,
): Promise<Standing | null> {
  const repository = await database.repositories.findByName(owner, name);
  if (repository === null) return null;
  const store = database.forInstallation(repository.installationId);
  const branch = repository.defaultBranch ?? "main";
  const line = defaultLine(repository.id, branch);
  const [planned, releases, allParked, memory] = await Promise.all([
    store.readPlans(repository.id),
    store.readReleases(line, RELEASES_MAX),
    database.work.readParked(),
    store.readMemory(line),
  ]);
  const parked = allParked.find((each) => each.repositoryId === repository.id) ?? null;
  return {
    repository: `${repository.owner}/${repository.name}`,
    plan: planned.filter((own) => isDefaultLine(own.line, branch)).map(describePlan)[0] ?? null,
    lines: planned
      .filter((own) => !isDefaultLine(own.line, branch))
      .map((own) => ({ line: nameLine(own.line, branch), ...describePlan(own) }))
      .filter((own) => only === null || own.line === only),
    parked:
      parked === null
        ? null
        : {
            since: formatTime(parked.parkedAt),
            until: formatTime(parked.until),
            code: parked.code,
            message: parked.message,
          },
    weekly: memory.weekly === null ? null : sayWeekly(memory.weekly),
    releases: releases.map((release) => ({
      tag: release.tag,
      sha: release.sha,
      state: release.state,
      publishedAt: release.publishedAt === null ? null : formatTime(release.publishedAt),
      url: release.url,
      units: release.card.units.length,
      publishChecks: release.publishChecks,
    })),
  };
}

function describePlan({ plan, at }: LinePlan): StandingPlan {
  const { reason, version, wakeAt } = plan;
  return {
    at: formatTime(at),
    state: reason.state,
    reason: reason.code,
    text: reason.text,
    blockedBy: reason.blockedBy,
    version,
    wakeAt: wakeAt === null ? null : formatTime(wakeAt),
    notes: plan.notes ?? null,
  };
}

function formatTime(at: number): string {
  return new Date(at).toISOString();
}

/** The same as people read it in a terminal. */
export function renderStanding(standing: Standing): string {
  const rows = [`What the App knows of ${standing.repository}`];
  const { plan, parked } = standing;
  rows.push(
    plan === null
      ? "  last plan   none yet"
      : `  last plan   ${formatInstant(Date.parse(plan.at))}: ${plan.text}`,
  );
  const notes = plan?.notes ?? null;
  if (notes !== null) rows.push(`  notes       ${describeNotes(notes)}`);
  if (standing.weekly !== null) rows.push(`  weekly      ${standing.weekly}`);
  for (const own of standing.lines) rows.push(`  ${own.line.padEnd(11)} ${own.text}`);
  if (parked !== null) {
    rows.push(
      `  parked      since ${formatInstant(Date.parse(parked.since))}: ${parked.message} (${parked.code})`,
      `              tried again ${formatInstant(Date.parse(parked.until))}, or at the next event`,
    );
  }
  for (const release of standing.releases) {
    const at =
      release.publishedAt === null
        ? "not published yet"
        : formatInstant(Date.parse(release.publishedAt));
    const units = `${release.units} unit${release.units === 1 ? "" : "s"}`;
    const published = describePublished(release.publishChecks);
    rows.push(`  release     ${[release.tag, at, units, ...published].join(", ")}`);
  }
  return rows.join("\n");
}

/** The worst that the checks which a release started say; nothing where it started none. */
function describePublished(checks: readonly PublishCheck[]): string[] {
  const names = (state: PublishCheck["state"]) =>
    checks.filter((check) => check.state === state).map(({ name }) => name);
  const [red, pending, green] = [names("red"), names("pending"), names("green")];
  if (red.length > 0) return [`${red.join(", ")} failed: stands on GitHub only`];
  if (pending.length > 0) return [`${pending.join(", ")} not done yet`];
  return green.length > 0 ? [`${green.join(", ")} done`] : [];
}
