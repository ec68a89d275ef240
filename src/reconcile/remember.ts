import type { Plan, PublishCheck } from "../core/action.ts";
import { livingWordings } from "../core/evidence/wording.ts";
import { isDefaultLine } from "../core/lines.ts";
import type { Memory } from "../core/memory.ts";
import type { Instant, LineState } from "../core/state.ts";
import type { Store } from "../ports.ts";
import { withoutTexts } from "./files-tries.ts";

/** Write down what a look saw, before anything is done. */
export async function remember(
  store: Store,
  state: LineState,
  plan: Plan,
  now: Instant,
): Promise<void> {
  const { memory, head } = state;
  const change: { -readonly [K in keyof Memory]?: Memory[K] } = {};
  if (head !== null && memory.headSeen?.sha !== head.sha) {
    change.headSeen = { sha: head.sha, at: head.arrivedAt };
  }
  if (memory.startedAt === null && state.startedAt !== null) change.startedAt = state.startedAt;
  if (plan.settledContexts !== null) change.settledContexts = plan.settledContexts;
  if (plan.announcedTag !== null) change.announcedTag = plan.announcedTag;
  // The policy is the default line's, whose memory keeps the last good one.
  const isRoot = isDefaultLine(state.line, state.repository.defaultBranch);
  if (isRoot && plan.validPolicy !== null && plan.validPolicy.sha !== memory.lastGoodPolicy?.sha) {
    change.lastGoodPolicy = plan.validPolicy;
  }
  const wordings = livingWordings(state);
  if (wordings.length < memory.wordings.length) change.wordings = wordings;
  if (Object.keys(change).length > 0) await store.writeMemory(state.line, change);
  await store.recordPlan(state.line, withoutTexts(plan), now);
  await recordLate(store, state);
  await recordPublishChecks(store, state, plan);
}

/** A release that stands, of which a crash or somebody faster kept us from writing it down. */
async function recordLate(store: Store, { line, memory, releases }: LineState): Promise<void> {
  const { intent } = memory;
  if (intent === null) return;
  const { tag, sha } = intent;
  const seen = releases.find((release) => release.tag === tag && release.sha === sha);
  if (seen === undefined || seen.publishedAt === null) return;
  const known = await store.findRelease(line.repositoryId, tag);
  if (known?.state !== "intended") return;
  await store.recordPublished(line, tag, { url: seen.url, at: seen.publishedAt });
}

/** Nothing where the ledger says it already, or where it has lost the release. */
async function recordPublishChecks(store: Store, state: LineState, plan: Plan): Promise<void> {
  for (const { tag, checks } of plan.published) {
    const known = await store.findRelease(state.line.repositoryId, tag);
    if (known === null || isSame(known.publishChecks, checks)) continue;
    await store.recordPublishChecks(state.line, tag, checks);
  }
}

/** Both are in order of name. */
function isSame(known: readonly PublishCheck[], seen: readonly PublishCheck[]): boolean {
  return (
    known.length === seen.length &&
    seen.every(({ name, state }, at) => known[at]?.name === name && known[at].state === state)
  );
}
