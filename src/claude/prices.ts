import type { DraftUsage } from "../notes-port.ts";

/** Dollars for a million tokens. */
interface Price {
  readonly input: number;
  readonly output: number;
  /** Kept for five minutes, which is what we ask for. */
  readonly cacheWrite: number;
  readonly cacheRead: number;
}

/** Above so many tokens of input, all tokens of a request have the second price. */
const LONG_INPUT_TOKENS = 100_000;

interface ModelPrice {
  readonly usual: Price;
  /** Absent: there is one price. */
  readonly long?: Price;
}

/** As the service's pages had them on 22 November 2026. */
const PRICES: Readonly<Record<string, ModelPrice>> = {
  "claude-haiku-5-5": {
    usual: { input: 0.1, output: 0.5, cacheWrite: 0.125, cacheRead: 0.01 },
    long: { input: 0.5, output: 2.5, cacheWrite: 0.625, cacheRead: 0.05 },
  },
  "claude-haiku-4-5": { usual: { input: 1, output: 5, cacheWrite: 1.25, cacheRead: 0.1 } },
  "claude-sonnet-5-5": { usual: { input: 2, output: 10, cacheWrite: 2.5, cacheRead: 0.1 } },
  "claude-opus-5-5": { usual: { input: 4, output: 20, cacheWrite: 5, cacheRead: 0.2 } },
};

/** Dollars; null where the price of the model is not known. */
export function costOf(model: string, usage: DraftUsage): number | null {
  // A dated name is the same model: `claude-haiku-4-5-20251001`.
  const known = PRICES[model] ?? PRICES[model.replace(/-20\d{6}$/, "")];
  if (known === undefined) return null;
  const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens } = usage;
  const isLong = inputTokens + cacheReadTokens + cacheWriteTokens > LONG_INPUT_TOKENS;
  const price = isLong ? (known.long ?? known.usual) : known.usual;
  const dollars =
    inputTokens * price.input +
    outputTokens * price.output +
    cacheReadTokens * price.cacheRead +
    cacheWriteTokens * price.cacheWrite;
  return dollars / 1_000_000;
}
