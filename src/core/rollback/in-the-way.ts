import type { Instant } from "../state.ts";

/** Later pulls that changed what a release changed: a conflict is with one of them. */

/** More are not named. */
const NAMED_MAX = 10;

/** Numbers, the one merged last first. `own`: paths that are taken back. */
export function listInTheWay(
  own: readonly string[],
  {
    pulls,
    released,
    since,
  }: {
    readonly pulls: readonly {
      readonly number: number;
      readonly mergedAt: Instant | null;
      readonly files: readonly string[];
    }[];
    /** Pulls of the release. */
    readonly released: readonly number[];
    /** When it was published. */
    readonly since: Instant;
  },
): readonly number[] {
  const paths = new Set(own);
  return pulls
    .flatMap(({ number, mergedAt, files }) =>
      mergedAt !== null && mergedAt >= since ? [{ number, mergedAt, files }] : [],
    )
    .filter(({ number, files }) => !released.includes(number) && files.some((at) => paths.has(at)))
    .toSorted((left, right) => right.mergedAt - left.mergedAt)
    .slice(0, NAMED_MAX)
    .map(({ number }) => number);
}
