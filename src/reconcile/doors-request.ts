import type { Foreseen } from "../core/policy/policy-outcome.ts";
import type { PolicyFile } from "../core/state.ts";
import type { Clock, Forge, RepositoryRef, Store } from "../ports.ts";
import type { Drafting } from "./drafting.ts";

/** Null: no policy stands. Throws AppError. */
type Foresee = (policy: PolicyFile | null) => Promise<Foreseen>;

/** What every answer to comments and to changes of open pulls is made with. */
export interface DoorsRequest {
  readonly forge: Forge;
  readonly store: Store;
  readonly clock: Clock;
  readonly repository: RepositoryRef;
  /** Throws where somebody else may be at this repository by now. */
  readonly ensureAlone: () => void;
  readonly foresee: Foresee;
  /** Who drafts lines of the notes, or why nobody does. Absent: nobody, and nothing is said of it. */
  readonly drafting?: Drafting;
}
