import type { ReleaseCard } from "../card.ts";
import type { Pull } from "../pull.ts";
import type { RawSource } from "./source.ts";

const SHORT_DIGITS = 7;

/**
 * What is known of the units of a release without asking: its card, and the pulls that a look saw.
 * Units that a later one took back are left out, as their lines say nothing that holds.
 */
export function sourcesOfCard(card: ReleaseCard, pulls: readonly Pull[]): readonly RawSource[] {
  return card.units
    .filter(({ cancelledBy, isMissing }) => cancelledBy === null && isMissing !== true)
    .map(({ pull: number, sha, title }) => {
      const pull = pulls.find((own) => own.number === number);
      return {
        unit: number === null ? sha.slice(0, SHORT_DIGITS) : `#${number}`,
        pull: number,
        title,
        body: pull?.body ?? "",
        labels: pull?.labels.map(({ name }) => name) ?? [],
        commits: [],
        files: [],
        isTruncated: true,
      };
    });
}
