/** What several workers do together, each one task after the other; a task may bring more of them. */
export class Tasks<Task> {
  readonly #waiting: Task[];
  #busy = 0;
  #wake: (() => void)[] = [];

  constructor(tasks: readonly Task[]) {
    this.#waiting = [...tasks];
  }

  /** They go before all that wait: what was begun is finished first. */
  add(tasks: readonly Task[]): void {
    this.#waiting.unshift(...tasks);
    this.#wakeAll();
  }

  /** One worker's share. It ends when no task waits and none that may bring more is at work. */
  async work(run: (task: Task) => Promise<void>): Promise<void> {
    for (;;) {
      const task = this.#waiting.shift();
      if (task === undefined) {
        if (this.#busy === 0) return;
        await new Promise<void>((resolve) => this.#wake.push(resolve));
        continue;
      }
      this.#busy += 1;
      try {
        await run(task);
      } finally {
        this.#busy -= 1;
        this.#wakeAll();
      }
    }
  }

  #wakeAll(): void {
    for (const wake of this.#wake.splice(0)) wake();
  }
}
