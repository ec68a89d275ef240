import type { Awaited } from "../core/action.ts";
import type { CheckNews, Interpretation } from "../deliveries-port.ts";

/**
 * What deliveries have said about checks since the last look: the memory of a process without a
 * database. `store/migrations/0004-quiet.sql` is the same for replicas.
 */
export class HeardChecks {
  readonly #newest = new Map<string, CheckNews>();
  #awaits: readonly Awaited[] = [];

  /** A look begins: it sees for itself. */
  begin(): void {
    this.#newest.clear();
  }

  /** The look came to its end, and waits for this. */
  end(awaits: readonly Awaited[]): void {
    this.#awaits = awaits;
  }

  hear({ check, push }: Pick<Interpretation, "check" | "push">): void {
    if (push !== null) {
      this.#awaits = this.#awaits.map((awaited) =>
        awaited.isHead && awaited.sha === push.before ? { ...awaited, sha: push.after } : awaited,
      );
    }
    if (check === null) return;
    const key = JSON.stringify([check.sha, check.appId, check.context]);
    const known = this.#newest.get(key);
    const isNews =
      known === undefined || check.id > known.id || (check.id === known.id && check.isFinished);
    if (isNews) this.#newest.set(key, check);
  }

  /** Has everything that is awaited ended? False where nothing was heard of it. */
  isOver(): boolean {
    const heard = [...this.#newest.values()].filter(({ sha }) =>
      this.#awaits.some((awaited) => awaited.sha === sha),
    );
    const hasEnded = (sha: string, context: string): boolean =>
      heard.some((check) => check.sha === sha && check.context === context);
    return (
      heard.length > 0 &&
      heard.every(({ isFinished }) => isFinished) &&
      this.#awaits.every(({ sha, contexts }) => contexts.every((name) => hasEnded(sha, name)))
    );
  }
}
