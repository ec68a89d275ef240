/** What a request used, as the service counted it. Tokens. */
export interface DraftUsage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheWriteTokens: number;
}

/** What was paid, also where nothing came of it. */
export interface DraftCost {
  /** Null: no request was answered with its use. */
  readonly usage: DraftUsage | null;
  /** Dollars; 0 where nothing was used, null where the price of the model is not known. */
  readonly costUsd: number | null;
  readonly model: string;
}
