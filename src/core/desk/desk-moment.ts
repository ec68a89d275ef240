import type { Plan } from "../action.ts";
import { livingWordings } from "../evidence/wording.ts";
import { inertText } from "../inert.ts";
import { isActing } from "../start.ts";
import type { Instant, LineState } from "../state.ts";
import { keyOfLine } from "./desk-box.ts";
import type { DeskOff } from "./desk-memory.ts";
import type { DeskLine } from "./desk-view.ts";
import { formatDay } from "./desk-words.ts";

/** When the desk is made, written, and when it raises its voice. */

interface Look {
  readonly state: LineState;
  readonly plan: Plan;
}

/** Holds that end by themselves within minutes: the desk waits for what comes of them. */
const PASSING = new Set([
  "checks-pending",
  "checks-awaited",
  "base-moved",
  "base-unknown",
  "publish-running",
  "draft-waiting",
  "release-missing",
  "window-open",
]);

/** Holds that end at a time of their own. */
const TIMED = new Set(["bucket-empty", "schedule-closed", "frozen"]);

/** So long after its head came, a line that only waits for its checks is shown as held. */
const PASSING_MS_MAX = 15 * 60_000;

/** Where something always moves, the desk is written this often all the same. */
const STALE_MS_MAX = 60 * 60_000;

const RAISED_AFTER_MS = 24 * 60 * 60_000;

/**
 * May a desk be made? With the first release of ours, the first hold that needs a person, or the
 * first words of a person that a database that is new has to find again.
 */
export function isDeskDue(looks: readonly Look[]): boolean {
  return looks.some(
    ({ state, plan }) =>
      isActing(state) &&
      (state.releases.some(({ isOurs }) => isOurs) ||
        needsPerson(plan) ||
        isHeld(state) ||
        livingWordings(state).length > 0),
  );
}

/** By a person, also where nothing waits behind it: a database that is new finds it on the desk. */
function isHeld({ memory }: LineState): boolean {
  return memory.hold !== null;
}

function needsPerson({ reason: { state, code } }: Plan): boolean {
  return state === "prepared" || (state === "held" && !PASSING.has(code) && !TIMED.has(code));
}

/**
 * Until when nothing is written, because a line is about to be released: what it says now is old in
 * a moment. Null: write. What a person holds stands there at once.
 */
export function restUntil(
  looks: readonly Look[],
  { writtenAt, now }: { readonly writtenAt: Instant | null; readonly now: Instant },
): Instant | null {
  if (writtenAt !== null && now >= writtenAt + STALE_MS_MAX) return null;
  if (looks.some(({ state }) => isHeld(state))) return null;
  const ends = looks
    .filter(({ plan: { reason } }) => reason.state === "releasing" || PASSING.has(reason.code))
    .map(({ state }) => (state.head?.arrivedAt ?? now) + PASSING_MS_MAX)
    .filter((until) => until > now);
  return ends.length === 0 ? null : Math.max(...ends);
}

/** Where a repository has no issues, it is asked again after this time. */
const DISABLED_MS = 24 * 60 * 60_000;

/**
 * Is the desk on? A person who closes or deletes it switches it off for good; only the policy's
 * word brings it back without them.
 */
export function judgeOff(
  off: DeskOff | null,
  wanted: "on" | "off" | undefined,
  now: Instant,
): "on" | "off" | "back" {
  if (wanted === "off") return "off";
  if (off === null || off.why === "policy") return "on";
  if (off.why === "disabled") return now < off.at + DISABLED_MS ? "off" : "on";
  return wanted === "on" ? "back" : "off";
}

/** Of what waits for a person: equal means that it was told before. Null: nothing does. */
export function raiseKey({ line, state, since }: DeskLine): string | null {
  return state === "prepared" && since !== null ? `${keyOfLine(line)}@${since}` : null;
}

/** When it is to be told; null: nothing is, or it was. */
export function raiseAt(line: DeskLine, raised: readonly string[]): Instant | null {
  const key = raiseKey(line);
  if (key === null || line.since === null || raised.includes(key)) return null;
  return line.since + RAISED_AFTER_MS;
}

/** The one comment on the desk about what waited for a day. It mentions nobody. */
export function renderRaised(lines: readonly DeskLine[]): string {
  const rows = lines.map(
    ({ text, since }) => `- ${inertText(text)}, since ${formatDay(Number(since))}`,
  );
  return [
    "Waiting for a person for more than a day:",
    rows.join("\n"),
    "Tick its box above to publish it, or say `release:patch` or `release:minor` by a label on the " +
      "pull request where it is less than it says. This is said once.",
  ].join("\n\n");
}
