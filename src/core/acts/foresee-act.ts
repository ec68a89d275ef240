import type { Plan } from "../action.ts";
import type { Asked } from "../command.ts";
import { keyOfLine } from "../desk/desk-box.ts";
import { describeLine } from "../desk/desk-line.ts";
import type { RisksKept } from "../desk/desk-offers.ts";
import type { DeskLine } from "../desk/desk-view.ts";
import { digest } from "../digest.ts";
import { judgeAsked } from "../obey.ts";
import type { Decision } from "../question.ts";
import { tellRisk } from "../rollback/foreseen-words.ts";
import type { RiskTold } from "../rollback/foreseen-words.ts";
import { foreseeRollback } from "../rollback/judge-rollback.ts";
import { judgeKept } from "../rollback/risk-kept.ts";
import type { Foreseen } from "../rollback/rollback.ts";
import type { Instant, LineState, Permission } from "../state.ts";
import { openSubject } from "../subject-of.ts";
import type { PageAct } from "./page-act.ts";

/** What would come of it, by the judges that decide when it is said. */

export interface Looked {
  readonly state: LineState;
  readonly plan: Plan;
}

interface Asking {
  readonly by: { readonly login: string; readonly permission: Permission };
  /** One line; empty: none. */
  readonly reason: string;
  /** Page of GitHub where it would be said. */
  readonly url: string;
  /** What was read of releases. */
  readonly risks: RisksKept;
  readonly now: Instant;
}

export interface ActForeseen {
  readonly asked: Asked;
  /** Why nothing would come of it, as Markdown; null: it would be done. */
  readonly refused: string | null;
  /** The lines that it is about, as the desk describes them. */
  readonly lines: readonly DeskLine[];
  /** What taking a release back does; null: it is not about that, or the release is not known. */
  readonly rollback: { readonly foreseen: Foreseen; readonly risk: RiskTold } | null;
  /** Who holds them now, and why; null: nobody. */
  readonly hold: LineState["memory"]["hold"];
  /** Of all that somebody has to know before: equal means that nothing of it changed. */
  readonly stamp: string;
}

const TAKEN: ReadonlySet<Decision["kind"]> = new Set(["order", "hold", "resume", "rollBack"]);

/** Releases below the newest ones are read when it is asked for, not before. */
const OLDER =
  "it is older than the releases that Smallbatch looks at here. Ask for it by a comment or an issue.";

/** Its notes say so; whoever did it is not known here any more. */
const BEFORE = "it was rolled back already.";

/** Null: there is no such line or branch. */
export function foreseeAct(
  all: readonly Looked[],
  act: PageAct,
  asking: Asking,
): ActForeseen | null {
  const concerned = all.filter(({ state }) => isAbout(state, act));
  const asked = askedOf(act, asking.reason, concerned, all);
  const judged = concerned.map((looked) => ({ looked, decision: judge(looked, asked, asking) }));
  const [first] = judged;
  if (first === undefined) return null;
  const { looked, decision } =
    judged.find((each) => TAKEN.has(each.decision.kind)) ??
    judged.find((each) => each.decision.kind !== "elsewhere") ??
    first;
  const lines = act.kind === "rollback" ? [looked] : concerned;
  const described = lines.map((each) => describeLine(each, { ...asking, fates: {} }));
  const tag = decision.kind === "rollBack" ? decision.tag : null;
  const rollback = foresee(looked.state, tag, asking);
  const hold = lines.find(({ state }) => state.memory.hold !== null)?.state.memory.hold ?? null;
  return {
    asked,
    refused: tag !== null && rollback === null ? BEFORE : refusalOf(decision),
    lines: described,
    rollback,
    hold,
    stamp: stampOf(act, { described, rollback, hold }),
  };
}

function isAbout({ line }: LineState, act: PageAct): boolean {
  if (act.kind === "rollback") return true;
  return "branch" in act ? line.branch === act.branch : keyOfLine(line) === act.line;
}

function askedOf(
  act: PageAct,
  reason: string,
  concerned: readonly Looked[],
  all: readonly Looked[],
): Asked {
  if (act.kind === "rollback") return { kind: "rollback", tag: act.tag, reason };
  if (act.kind === "hold" || act.kind === "resume") return { kind: act.kind, reason };
  const how = act.kind === "publish" ? "prepared" : "now";
  const line = concerned[0]?.state.line;
  const isAlone = all.every(({ state }) => state.line.component === "");
  if (line === undefined || isAlone) return { kind: "release", how };
  return { kind: "release", how, component: line.component };
}

function judge({ state }: Looked, asked: Asked, { by, url, now }: Asking): Decision {
  return judgeAsked({ state, by, said: { url, at: now, isTaken: false }, pull: null, now }, asked);
}

function refusalOf(decision: Decision): string | null {
  if (TAKEN.has(decision.kind)) return null;
  return "text" in decision ? decision.text : OLDER;
}

function foresee(
  state: LineState,
  tag: string | null,
  { risks, now }: Asking,
): ActForeseen["rollback"] {
  const subject = openSubject(state, now);
  const foreseen = subject === null || tag === null ? null : foreseeRollback(subject, tag);
  if (foreseen === null) return null;
  const risked = { ...foreseen, risk: judgeKept(state, foreseen, risks) };
  return { foreseen, risk: tellRisk(risked, state.repository.url) };
}

/** A change that is merged meanwhile is no news to who stops everything. */
function stampOf(
  act: PageAct,
  {
    described,
    rollback,
    hold,
  }: {
    readonly described: readonly DeskLine[];
    readonly rollback: ActForeseen["rollback"];
    readonly hold: ActForeseen["hold"];
  },
): string {
  const held = hold === null ? null : [hold.by, hold.at];
  if (act.kind === "hold") return digest([act, held]);
  if (act.kind === "rollback") return digest([act, held, rollback?.foreseen ?? null]);
  const next = described.map(({ tag, units, state }) => [
    tag,
    state,
    units.map(({ name, title }) => [name, title]),
  ]);
  return digest([act, held, next]);
}
