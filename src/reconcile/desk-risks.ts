import { listOffered } from "../core/desk/desk-offers.ts";
import type { RisksKept } from "../core/desk/desk-offers.ts";
import { keepLater, keepRelease, riskPlaceOf, wantRisk } from "../core/rollback/risk-kept.ts";
import type { LaterChange, RiskCommits, RiskKept } from "../core/rollback/risk-kept.ts";
import type { Foreseen } from "../core/rollback/rollback.ts";
import type { Instant, LineState } from "../core/state.ts";
import { openSubject } from "../core/subject-of.ts";
import { MINUTE_MS } from "../core/zone.ts";
import { AppError } from "../errors.ts";
import type { RollbackForge } from "../rollback-port.ts";
import type { DeskRequest } from "./desk-known.ts";

/** Releases whose risk the desk tells: no more of them have room there. */
const TOLD_MAX = 20;

/** What one look reads at most: three requests a release, one for twenty pulls, one a push. */
const RELEASES_MAX = 4;
const PULLS_MAX = 40;
const PUSHES_MAX = 5;

/** Then the next look reads more; or tries again what GitHub did not answer. */
const MORE_MS = 15_000;
const AGAIN_MS = 2 * MINUTE_MS;

/** Errors that end by themselves. */
const PASSING = new Set(["github/rate-limited", "github/unavailable"]);

interface Told {
  readonly state: LineState;
  readonly foreseen: Foreseen;
}

export interface RisksRead {
  readonly risks: RisksKept;
  /** Not everything is known: read on then. Null: it is. */
  readonly againAt: Instant | null;
}

/**
 * What is known of the releases that the desk offers to take back, so that their risk stands there
 * before anybody does. Each is read once; what comes later once for all of them. `mayRead`: nobody
 * waits for the desk.
 */
export async function readRisks(
  request: DeskRequest,
  looks: readonly { readonly state: LineState }[],
  { known, mayRead }: { readonly known: RisksKept; readonly mayRead: boolean },
): Promise<RisksRead> {
  const { store, repository, clock, ensureAlone } = request;
  const { rollbacks } = request.forge;
  const told = listTold(looks, clock.now());
  if (rollbacks === undefined || told.length === 0) return { risks: {}, againAt: null };
  if (!told.some((each) => isWanting(each, known))) return { risks: known, againAt: null };
  if (!mayRead) return { risks: known, againAt: clock.now() + 1 };
  const { risks, waitMs } = await read(rollbacks, told, known);
  ensureAlone();
  await store.writeDeskRisks(repository.id, risks);
  const isDone = !told.some((each) => isWanting(each, risks));
  return { risks, againAt: isDone ? null : clock.now() + waitMs };
}

/** The newest first, of all lines. */
function listTold(looks: readonly { readonly state: LineState }[], now: Instant): readonly Told[] {
  return looks
    .flatMap(({ state }) => {
      const subject = openSubject(state, now);
      return subject === null ? [] : listOffered(subject).map((each) => ({ ...each, state }));
    })
    .toSorted((left, right) => right.publishedAt - left.publishedAt)
    .slice(0, TOLD_MAX);
}

function wantOf({ state, foreseen }: Told, known: RisksKept): ReturnType<typeof wantRisk> {
  return wantRisk(state, foreseen, known[foreseen.release.tag]);
}

function isWanting(each: Told, known: RisksKept): boolean {
  return wantOf(each, known) !== null;
}

/** As far as one look goes. Releases that nobody offers any more are forgotten. */
async function read(
  forge: RollbackForge,
  told: readonly Told[],
  known: RisksKept,
): Promise<{ readonly risks: RisksKept; readonly waitMs: number }> {
  const risks: Record<string, RiskKept> = {};
  for (const { foreseen } of told) {
    const { tag } = foreseen.release;
    const own = known[tag];
    if (own !== undefined) risks[tag] = own;
  }
  try {
    let releases = 0;
    for (const each of told) {
      const at = wantOf(each, risks)?.at ?? null;
      if (at === null) continue;
      releases += 1;
      if (releases > RELEASES_MAX) break;
      risks[each.foreseen.release.tag] = await readRelease(forge, each, at);
    }
    await readLater(forge, told, risks);
    return { risks, waitMs: MORE_MS };
  } catch (error) {
    // The desk does not wait for it: it says what is not known.
    if (!(error instanceof AppError) || !error.code.startsWith("github/")) throw error;
    const waitMs = error.retry.kind === "after" ? error.retry.waitMs : 0;
    return { risks, waitMs: Math.max(waitMs, AGAIN_MS) };
  }
}

async function readRelease(
  forge: RollbackForge,
  { state, foreseen }: Told,
  at: RiskCommits,
): Promise<RiskKept> {
  const place = riskPlaceOf(state);
  try {
    return keepRelease({ at, ...(await forge.readRelease(state, foreseen, at)) }, foreseen, place);
  } catch (error) {
    if (!(error instanceof AppError) || PASSING.has(error.code)) throw error;
    // Asked again it would be the same, at each look.
    return keepRelease({ at, batch: null, manifests: [], workflows: [] }, foreseen, place);
  }
}

/** Into `risks`: what later work changed again of the releases that were read. */
async function readLater(
  forge: RollbackForge,
  told: readonly Told[],
  risks: Record<string, RiskKept>,
): Promise<void> {
  const wanted = new Map<string, LaterChange>();
  const owners: { readonly tag: string; readonly change: LaterChange }[] = [];
  for (const each of told) {
    const want = wantOf(each, risks);
    if (want === null || want.at !== null) continue;
    for (const change of want.later) {
      wanted.set(change.key, change);
      owners.push({ tag: each.foreseen.release.tag, change });
    }
  }
  const all = [...wanted.values()];
  const changes = [
    ...all.filter(({ pull }) => pull !== null).slice(0, PULLS_MAX),
    ...all.filter(({ pull }) => pull === null).slice(0, PUSHES_MAX),
  ];
  const [first] = told;
  if (first === undefined || changes.length === 0) return;
  const files = await forge.readChanges(first.state, changes);
  for (const { tag, change } of owners) {
    const list = files.get(change.key);
    const own = risks[tag];
    if (list !== undefined && own !== undefined) risks[tag] = keepLater(own, change, list);
  }
}
