import type { Plan } from "../core/action.ts";
import { judgeCap, monthOf, UNKNOWN_USD } from "../core/evidence/cap.ts";
import type { DraftsSeen, DraftsWanted } from "../core/evidence/unit-draft.ts";
import { namesToKnow, unitsToDraft } from "../core/evidence/units-to-draft.ts";
import { isActing } from "../core/start.ts";
import { formatLine } from "../core/state.ts";
import type { LineState } from "../core/state.ts";
import { draftFor } from "./drafting.ts";
import type { DraftingRequest } from "./drafting.ts";
import { renewWordings, unitsWorded } from "./wordings.ts";

type States = readonly [LineState, ...LineState[]];

/** Drafts of the notes in one look at a repository. */
export class DraftsOfPass {
  readonly #request: DraftingRequest;
  /** Lines for which drafts were asked for in this look. */
  readonly #tried = new Set<string>();

  constructor(request: DraftingRequest) {
    this.#request = request;
  }

  /** The states with what is known of the drafts of their units. Nothing is asked of GitHub. */
  async furnish([first, ...rest]: States): Promise<States> {
    const furnished: [LineState, ...LineState[]] = [await this.#furnish(first)];
    for (const state of rest) furnished.push(await this.#furnish(state));
    return furnished;
  }

  async #furnish(state: LineState): Promise<LineState> {
    if (!isActing(state)) return state;
    const { store, repository } = this.#request;
    const names = namesToKnow(state);
    const known = names.length === 0 ? [] : await store.readDrafts(repository.id, names);
    const drafts = await renewWordings(this.#request, state, { units: unitsWorded(state), known });
    const unable = await this.#judgeUnable(names.length);
    return {
      ...state,
      noteDrafts: { drafts, unable, isTried: this.#tried.has(formatLine(state.line)) },
    };
  }

  async #judgeUnable(names: number): Promise<DraftsSeen["unable"]> {
    const { store, clock, drafting } = this.#request;
    if ("code" in drafting.drafter) return drafting.drafter;
    if (names === 0) return null;
    const spent = await store.readSpent(monthOf(clock.now()), UNKNOWN_USD);
    return judgeCap(spent, drafting.monthlyUsd);
  }

  /** Afterwards the state is read again: nothing of what was observed before is acted on. */
  async draft(state: LineState, wanted: DraftsWanted): Promise<void> {
    this.#tried.add(formatLine(state.line));
    const asked = unitsToDraft(state, wanted);
    if (asked === null) return;
    const { deadline } = wanted;
    await draftFor(this.#request, state, { ...asked, deadline, purpose: "merge" });
  }

  /** Of lines that something else holds: last of all, because nothing of what was seen is young then. */
  async draftAhead(
    looks: readonly { readonly state: LineState; readonly plan: Plan }[],
  ): Promise<void> {
    for (const { state, plan } of looks) {
      if (plan.drafts !== undefined) await this.draft(state, plan.drafts);
    }
  }
}
