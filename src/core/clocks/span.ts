/** How long one thing has lasted, and how that ended: what all clocks are measured from. */
export interface Span {
  /** Row that it stands for: `42/pull/17`. */
  readonly key: string;
  /** From its start to its end, or to the instant that is looked from. Never negative. */
  readonly ms: number;
  /**
   * "happened": what the clock waits for. "otherwise": something else came first, so that it never
   * will (closed without a merge). "open": it still may.
   */
  readonly end: "happened" | "otherwise" | "open";
  /**
   * What it has in common with others, one name a way (`["42", "person 7"]`): work of one
   * repository, or of one person, is alike, so a hundred pulls of one say less than of fifty.
   * Every span of a list has as many. None: each counts for itself.
   */
  readonly groups: readonly string[];
}

/** How sure an interval is to hold the truth: 95 % for people, 80 % for findings. */
export type Level = 0.8 | 0.95;

/** Null: open to that side, as far as is known. */
export interface Interval {
  readonly low: number | null;
  readonly high: number | null;
  readonly level: Level;
}
