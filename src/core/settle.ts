import type { CheckSeen, Head, Instant } from "./state.ts";

/** A context known only from history, or the first check at all, is waited for this long. */
export const EXPECTED_WAIT_MS = 60_000;

/** A required context is waited for this long, then the hold names it. */
const REQUIRED_WAIT_MS = 60 * 60_000;

/** While checks run we look again without a hint, in case one was lost: ever less often. */
const RUNNING_LOOK_MS = 5 * 60_000;

export type SettleVerdict =
  /** All that is there and expected is green. `contexts` are remembered; empty means no checks. */
  | { readonly kind: "settled"; readonly contexts: readonly string[] }
  /** Required contexts, then any, that are red. */
  | { readonly kind: "red"; readonly names: readonly string[] }
  /** `missing`: contexts that are expected and not there yet. */
  | {
      readonly kind: "running";
      readonly names: readonly string[];
      readonly missing: readonly string[];
      readonly wakeAt: Instant;
    }
  /** Expected and not there yet. No names: any first check. */
  | { readonly kind: "awaited"; readonly names: readonly string[]; readonly wakeAt: Instant }
  /** Required, and not there after an hour. */
  | { readonly kind: "missing"; readonly names: readonly string[] }
  /** The policy asks for checks and there is none. */
  | { readonly kind: "none" };

/**
 * The newest run of each check, in order of name. A context is a name of one App, or of statuses:
 * two Apps may use one name, and both count.
 */
export function latestChecks(checks: readonly CheckSeen[]): readonly CheckSeen[] {
  const latest = new Map<string, CheckSeen>();
  for (const check of checks) {
    const key = `${check.source} ${check.appId} ${check.name}`;
    const known = latest.get(key);
    if (known === undefined || isNewer(check, known)) latest.set(key, check);
  }
  return [...latest.values()].toSorted((left, right) => compareText(left.name, right.name));
}

/** Of two runs begun at the same moment the worse one counts. */
function isNewer(check: CheckSeen, known: CheckSeen): boolean {
  const difference = (check.startedAt ?? 0) - (known.startedAt ?? 0);
  const order = ["green", "pending", "red"];
  return difference === 0
    ? order.indexOf(check.state) > order.indexOf(known.state)
    : difference > 0;
}

/** By code units: the same everywhere. */
export function compareText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Sorted, each once. */
export function namesOf(checks: readonly { readonly name: string }[]): readonly string[] {
  return [...new Set(checks.map(({ name }) => name))].toSorted(compareText);
}

/** Names of the checks that have not finished. */
export function pendingNames(checks: readonly CheckSeen[]): readonly string[] {
  return namesOf(latestChecks(checks).filter(({ state }) => state === "pending"));
}

/**
 * Is exactly this commit settled and green? `expected` are the contexts of the last settled head;
 * required ones come with the head.
 */
export function judgeSettled(
  head: Head,
  rules: { readonly expected: readonly string[]; readonly areChecksRequired: boolean },
  now: Instant,
): SettleVerdict {
  const checks = latestChecks(head.checks);
  const present = namesOf(checks);
  const red = namesOf(checks.filter(({ state }) => state === "red"));
  if (red.length > 0) return { kind: "red", names: red };
  const required = head.requiredContexts.filter((name) => !present.includes(name));
  if (required.length > 0 && now >= head.arrivedAt + REQUIRED_WAIT_MS) {
    return { kind: "missing", names: required.toSorted(compareText) };
  }
  const running = pendingNames(checks);
  const lookAt = now + Math.max(RUNNING_LOOK_MS, now - head.arrivedAt);
  const isEarly = now < head.arrivedAt + EXPECTED_WAIT_MS;
  const expected = rules.expected.filter((name) => !present.includes(name));
  if (running.length > 0) {
    const missing = isEarly ? [...required, ...expected] : required;
    return { kind: "running", names: running, missing, wakeAt: lookAt };
  }
  if (required.length > 0) {
    const wakeAt = Math.min(lookAt, head.arrivedAt + REQUIRED_WAIT_MS);
    return { kind: "awaited", names: required.toSorted(compareText), wakeAt };
  }
  if (isEarly && (expected.length > 0 || present.length === 0)) {
    const names = expected.toSorted(compareText);
    return { kind: "awaited", names, wakeAt: head.arrivedAt + EXPECTED_WAIT_MS };
  }
  if (present.length === 0 && rules.areChecksRequired) return { kind: "none" };
  return { kind: "settled", contexts: present };
}

/** Contexts that are waited for and not there yet; empty: any first one. Null: no wait. */
export function missingOf(settled: SettleVerdict): readonly string[] | null {
  if (settled.kind === "awaited") return settled.names;
  return settled.kind === "running" ? settled.missing : null;
}
