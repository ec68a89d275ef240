import type { Plan } from "./action.ts";
import { judgeBatch } from "./batch.ts";
import { findPass } from "./brake.ts";
import { shareFiles } from "./files/linked-files.ts";
import { linkedWith, policyOf } from "./lines.ts";
import { liveOrder, raiseLevel } from "./order.ts";
import { plan } from "./plan.ts";
import type { Policy } from "./policy/policy-schema.ts";
import type { Instant, Line, LineState, Linked } from "./state.ts";
import { chooseTagFormat, compareVersions, maxLevel, parseTag } from "./version.ts";

/** Lines that are planned together. */
export type LineGroup = readonly [Line, ...Line[]];

interface Planned {
  readonly state: LineState;
  readonly plan: Plan;
}

/** Linked components of one branch and channel are planned together; everything else is alone. */
export function groupLines(policy: Policy, lines: readonly Line[]): readonly LineGroup[] {
  const groups = new Map<string, [Line, ...Line[]]>();
  for (const line of lines) {
    const names = linkedWith(policy, line);
    const key = JSON.stringify([line.branch, line.channel, names[0] ?? line.component]);
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [line]);
    else known.push(line);
  }
  return [...groups.values()];
}

/** Plans of linked components, in order: all of them are released, or none. */
export function planLinked(
  states: readonly LineState[],
  policy: Policy,
  now: Instant,
): readonly Planned[] {
  const ordered = shareOrder(states, now);
  const linked = judgeLinked(ordered, { policy, now });
  const planned = ordered.map((state) => ({ state, plan: plan({ ...state, linked }, now) }));
  const blocking = planned.find(isInTheWay);
  if (blocking === undefined) {
    return shareFiles(planned, (state, writers) =>
      plan({ ...state, linked: { ...linked, writers } }, now),
    );
  }
  const { component } = blocking.state.line;
  const heldBy = { component, what: blocking.plan.reason.text };
  return planned.map((own) =>
    own === blocking
      ? own
      : { ...own, plan: plan({ ...own.state, linked: { ...linked, heldBy } }, now) },
  );
}

/** It may not go, or it has to catch up with the others first. */
function isInTheWay({ plan: { reason } }: Planned): boolean {
  const isBehind = reason.code === "linked" || reason.code === "unfinished";
  return reason.state === "held" || reason.state === "prepared" || isBehind;
}

/**
 * The newest order of one of them is that of all: who is not forced would hold the others. One that
 * nobody gave to the line covers no more than a patch of it.
 */
function shareOrder(states: readonly LineState[], now: Instant): readonly LineState[] {
  const [newest] = states
    .flatMap((state) => liveOrder(state, now) ?? [])
    .toSorted((left, right) => right.at - left.at);
  if (newest === undefined) return states;
  return states.map((state): LineState => {
    const level = liveOrder(state, now)?.level ?? "patch";
    const order = { ...newest, level, base: state.baseTag?.name ?? null };
    return { ...state, memory: { ...state.memory, order } };
  });
}

function judgeLinked(
  states: readonly LineState[],
  { policy, now }: { readonly policy: Policy; readonly now: Instant },
): Linked {
  let linked: Linked = {
    components: states.map(({ line }) => line.component),
    version: null,
    tag: null,
    level: "none",
    heldBy: null,
  };
  for (const state of states) {
    const own = policyOf(policy, state.line, state.repository.defaultBranch);
    const { tag: form = null } = own;
    const tag = state.unfinished ?? state.baseTag;
    const version = tag === null ? null : parseTag(tag.name, chooseTagFormat(form, tag.name));
    // What its tag is to carry has its version already.
    const batch = judgeBatch(state, own);
    const asked = raiseLevel(batch, liveOrder(state, now));
    const passes = linked.passes ?? findPass(state, batch.units);
    const level = state.unfinished === null ? asked.level : "none";
    linked = { ...linked, level: maxLevel(linked.level, level), passes };
    if (version === null || tag === null) continue;
    if (linked.version === null || compareVersions(version, linked.version) > 0) {
      linked = { ...linked, version, tag };
    }
  }
  return linked;
}
