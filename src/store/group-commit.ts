interface Waiting<T, R> {
  readonly item: T;
  readonly resolve: (result: R) => void;
  readonly reject: (error: unknown) => void;
}

export interface GroupCommitOptions<T, R> {
  /** One transaction for all items. Gives back their results in their order, or throws. */
  readonly run: (items: readonly T[]) => Promise<readonly R[]>;
  /** May the items still be kept one by one after this error of a whole group? */
  readonly isWorthSplitting: (error: unknown) => boolean;
  readonly bytesOf: (item: T) => number;
  /** Groups on their way at the same time: connections. */
  readonly groupsMax: number;
  readonly itemsMax: number;
  /** Of one group; an item that is larger goes alone. */
  readonly bytesMax: number;
}

/**
 * Items that arrive while a transaction is on its way go together into the next one. One that
 * cannot be kept does not fail its neighbours: they are tried again, each alone.
 */
export class GroupCommit<T, R> {
  readonly #options: GroupCommitOptions<T, R>;
  #waiting: Waiting<T, R>[] = [];
  #groups = 0;
  #isWoken = false;

  constructor(options: GroupCommitOptions<T, R>) {
    this.#options = options;
  }

  submit(item: T): Promise<R> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject });
      if (this.#isWoken) return;
      this.#isWoken = true;
      // After all that has arrived in this turn of the event loop.
      setImmediate(() => {
        this.#isWoken = false;
        this.#begin();
      });
    });
  }

  #begin(): void {
    while (this.#groups < this.#options.groupsMax && this.#waiting.length > 0) {
      this.#groups += 1;
      void this.#keep(this.#take()).finally(() => {
        this.#groups -= 1;
        this.#begin();
      });
    }
  }

  #take(): readonly Waiting<T, R>[] {
    const { itemsMax, bytesMax, bytesOf } = this.#options;
    let bytes = 0;
    let count = 0;
    for (const { item } of this.#waiting.slice(0, itemsMax)) {
      bytes += bytesOf(item);
      if (count > 0 && bytes > bytesMax) break;
      count += 1;
    }
    return this.#waiting.splice(0, count);
  }

  async #keep(group: readonly Waiting<T, R>[]): Promise<void> {
    try {
      const results = await this.#options.run(group.map(({ item }) => item));
      for (const [at, result] of results.entries()) group[at]?.resolve(result);
    } catch (error) {
      const isSplit = group.length > 1 && this.#options.isWorthSplitting(error);
      if (isSplit) for (const one of group) await this.#keep([one]);
      else for (const { reject } of group) reject(error);
    }
  }
}
