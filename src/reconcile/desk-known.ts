import { EMPTY_DESK } from "../core/desk/desk-memory.ts";
import type { DeskMemory } from "../core/desk/desk-memory.ts";
import type { DeskSeen } from "../core/desk/desk-seen.ts";
import type { Instant, Permission } from "../core/state.ts";
import type { DeskRow } from "../desk-port.ts";
import type { Clock, Forge, RepositoryRef, Store } from "../ports.ts";

/** After so long a delivery that is not here is lost: GitHub brings them within seconds. */
export const DELIVERY_MS = 60_000;

/** Refusals that the desk shows. */
const REFUSED_MAX = 5;

export interface DeskRequest {
  readonly forge: Forge;
  readonly store: Store;
  readonly clock: Clock;
  readonly repository: RepositoryRef;
  /** Throws where somebody else may be at this repository by now. */
  readonly ensureAlone: () => void;
}

/** What a delivery said of the desk, as the store has it. */
export type Edit = DeskRow["edits"][number];

/** What one look at a repository knows of its release desk, and what the store is to keep of it. */
export class DeskKnown {
  readonly #request: DeskRequest;
  readonly #permissions = new Map<string, Promise<Permission>>();
  readonly #spent: Edit[] = [];
  /** As the store has it; null: nothing, or it was not read. */
  row: DeskRow | null = null;
  /** As changed by what was heard in this pass. */
  memory: DeskMemory = EMPTY_DESK;
  /** As read in this pass; null: it was not. */
  seen: DeskSeen | null = null;
  /** Look again then; null: nothing is owed. */
  wakeAt: Instant | null = null;

  constructor(request: DeskRequest) {
    this.#request = request;
  }

  /** What was read of releases before this pass. */
  get risks(): DeskRow["risks"] {
    return this.row?.risks ?? {};
  }

  async read(): Promise<void> {
    const { store, repository } = this.#request;
    this.row = await store.readDesk(repository.id);
  }

  async keep(change: Partial<DeskMemory>, body?: string | null): Promise<void> {
    const { store, repository, ensureAlone } = this.#request;
    ensureAlone();
    await store.writeDesk(repository.id, change, body);
    this.memory = { ...this.memory, ...change };
  }

  /** The desk shows why; it is kept with `save`. */
  refuse(at: Instant, by: string | null, said: string, why: string): void {
    const refused = [{ at, by, said, url: null, refused: why }, ...this.memory.refused];
    this.memory = { ...this.memory, refused: refused.slice(0, REFUSED_MAX), digest: null };
  }

  /** Edits that nobody has to hear again, once all is kept. */
  spend(edits: readonly Edit[]): void {
    this.#spent.push(...edits);
  }

  /** Asked of GitHub once a pass. */
  async permissionOf(login: string): Promise<Permission> {
    const { forge, repository } = this.#request;
    const known = this.#permissions.get(login) ?? forge.permissionOf(repository, login);
    this.#permissions.set(login, known);
    return known;
  }

  /** Keep what was heard, then forget the edits that said it. */
  async save(): Promise<void> {
    const { store, repository } = this.#request;
    const known = this.row?.memory ?? EMPTY_DESK;
    const { refused, doubts, digest, heard, glanced } = this.memory;
    const isSame =
      refused === known.refused &&
      doubts === known.doubts &&
      digest === known.digest &&
      glanced === known.glanced;
    if (!isSame) await this.keep({ refused, doubts, digest, heard, glanced });
    await store.closeDeskEdits(
      repository.id,
      this.#spent.map(({ id }) => id),
    );
  }
}
