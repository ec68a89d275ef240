import { keyOfLine } from "../core/desk/desk-box.ts";
import { formatDeskState, keepLine } from "../core/desk/desk-marker.ts";
import type { DeskMemory } from "../core/desk/desk-memory.ts";
import { judgeDeskNotes } from "../core/desk/desk-notes.ts";
import type { DeskNotes } from "../core/desk/desk-notes.ts";
import type { DeskNews, DeskProblem } from "../core/desk/desk-view.ts";
import type { StandIn } from "../core/desk/stand-in.ts";
import { shownWordings } from "../core/evidence/wording.ts";
import { isDefaultLine, nameLine } from "../core/lines.ts";
import { effectivePolicyOf, policyIn } from "../core/policy/policy.ts";
import { isActing } from "../core/start.ts";
import type { Instant, LineState } from "../core/state.ts";
import { DAY_MS } from "../core/zone.ts";
import type { DeskForge } from "../desk-port.ts";
import type { Clock, RepositoryRef, Store } from "../ports.ts";

/** News that the desk shows. */
const NEWS_MAX = 8;

/** Drafts that the desk may speak of. */
const DRAFTS_MAX = 100;
const DRAFTED_MS_MAX = 14 * DAY_MS;

interface Asked {
  readonly store: Store;
  readonly clock: Clock;
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

/** What keeps lines of the notes from being worded; null: nothing does. */
export async function readDeskNotes(
  { store, repository }: Pick<Asked, "store" | "repository">,
  { noteDrafts }: LineState,
  now: Instant,
): Promise<DeskNotes | null> {
  if (noteDrafts === undefined) return null;
  const drafts = await store.listDrafts(repository.id, now - DRAFTED_MS_MAX, DRAFTS_MAX);
  return judgeDeskNotes(drafts, noteDrafts.unable);
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
  const wordings = shownWordings([state]);
  const lines = own === null ? [] : [own];
  const kept =
    lines.length + wordings.length === 0
      ? null
      : formatDeskState(repository.id, { lines, raised: [], wordings }, asked.sign);
  const isRoot = isDefaultLine(line, repository.defaultBranch);
  const { fates } = asked.memory;
  const shown: StandIn["shown"] = isShown
    ? {
        fates,
        news: isRoot ? await readNews(asked) : [],
        problems: isRoot ? await readProblems(asked, state) : [],
        notes: isRoot ? await readDeskNotes(asked, state, asked.clock.now()) : null,
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
