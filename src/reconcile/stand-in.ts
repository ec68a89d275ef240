import { keyOfLine } from "../core/desk/desk-box.ts";
import { formatDeskState, keepLine } from "../core/desk/desk-marker.ts";
import type { DeskMemory } from "../core/desk/desk-memory.ts";
import type { DeskNews, DeskProblem } from "../core/desk/desk-view.ts";
import type { StandIn } from "../core/desk/stand-in.ts";
import { isDefaultLine, nameLine } from "../core/lines.ts";
import { effectivePolicyOf, policyIn } from "../core/policy/policy.ts";
import { isActing } from "../core/start.ts";
import type { LineState } from "../core/state.ts";
import type { DeskForge } from "../desk-port.ts";
import type { RepositoryRef, Store } from "../ports.ts";

/** News that the desk shows. */
const NEWS_MAX = 8;

interface Asked {
  readonly store: Store;
  readonly repository: RepositoryRef;
  readonly memory: DeskMemory;
}

/** What was asked and taken is in the facts; what was not, in the desk's own memory. */
export async function readNews({ store, repository, memory }: Asked): Promise<readonly DeskNews[]> {
  const taken = await store.readTaken(repository.id, NEWS_MAX);
  const { issue, refused } = memory;
  const done = taken.map(({ by, said, url, at }): DeskNews => {
    return { at, by, said, url: url === issue?.url ? null : url, refused: null };
  });
  return [...done, ...refused].toSorted((left, right) => right.at - left.at).slice(0, NEWS_MAX);
}

/** With what their checks say because no desk does. After every order was given to them. */
export async function furnish(
  asked: Asked & Pick<DeskForge, "sign">,
  [first, ...rest]: readonly [LineState, ...LineState[]],
): Promise<[LineState, ...LineState[]]> {
  const furnished: [LineState, ...LineState[]] = [await furnishLine(asked, first)];
  for (const state of rest) furnished.push(await furnishLine(asked, state));
  return furnished;
}

async function furnishLine(
  asked: Asked & Pick<DeskForge, "sign">,
  state: LineState,
): Promise<LineState> {
  const isWanted = policyIn(effectivePolicyOf(state))?.desk !== "off";
  const { off, issue } = asked.memory;
  const isShown = isWanted && off?.why === "disabled";
  const isKept = isShown || off?.why === "gone" || off?.why === "disabled";
  if (!isActing(state) || !(isKept || (!isWanted && issue === null))) return state;
  const own = keepLine(keyOfLine(state.line), state.memory);
  const { repository, line } = state;
  const kept =
    own === null ? null : formatDeskState(repository.id, { lines: [own], raised: [] }, asked.sign);
  const isRoot = isDefaultLine(line, repository.defaultBranch);
  const { fates } = asked.memory;
  const shown: StandIn["shown"] = isShown
    ? {
        fates,
        news: isRoot ? await readNews(asked) : [],
        problems: isRoot ? await readProblems(asked, state) : [],
      }
    : null;
  return { ...state, standIn: { kept, shown } };
}

/** Lines that could not be looked at the last time: they have no check of their own. */
async function readProblems(
  { store, repository }: Asked,
  { repository: { defaultBranch } }: LineState,
): Promise<readonly DeskProblem[]> {
  const plans = await store.readPlans(repository.id);
  return plans
    .filter(({ plan }) => plan.reason.code === "look-failed")
    .map(({ line, plan }) => ({
      where: nameLine(line, defaultBranch),
      what: plan.reason.text,
      fix: "It is tried again by itself; what it says tells what is missing.",
    }));
}
