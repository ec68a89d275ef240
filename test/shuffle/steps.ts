import {
  array,
  constantFrom,
  integer,
  noBias,
  oneof,
  record,
  type Arbitrary,
  type RunDetails,
} from "fast-check";
import { formatReplay } from "../support/seed.ts";

export type State = "pending" | "success" | "failure";

/** `in`: which repository. `pick`: which of those that there are by then, newest first. */
export type Step =
  | {
      readonly do: "merge" | "push";
      readonly in: number;
      readonly type: string;
      readonly checks: State | "none";
    }
  | {
      readonly do: "revert";
      readonly in: number;
      readonly pick: number;
      readonly checks: State | "none";
    }
  | { readonly do: "check"; readonly in: number; readonly pick: number; readonly state: State }
  /** `which`: what only the people of that repository's world do. */
  | {
      readonly do: "deed";
      readonly in: number;
      readonly which: number;
      readonly pick: number;
      readonly checks: State | "none";
    }
  | { readonly do: "work"; readonly in: number; readonly by: "first" | "second" | "both" }
  | { readonly do: "clock"; readonly minutes: number }
  | { readonly do: "sweep" };

/** One story for the shuffle. `mail` decides what becomes of every delivery. */
export interface Shuffle {
  /** A repository of each, by name. */
  readonly worlds: readonly string[];
  readonly mail: number;
  readonly steps: readonly Step[];
}

/** Mostly the first one. */
const whichRepository = constantFrom(0, 0, 0, 1, 2);
const pick = integer({ min: 0, max: 3 });
const types = constantFrom("fix", "fix", "feat", "docs");
const checks = constantFrom<State | "none">(
  ...(["none", "pending", "failure", "success", "success", "success"] as const),
);
const states = constantFrom<State>("pending", "success", "success", "failure");
const replicas = constantFrom<"first" | "second" | "both">("first", "second", "both");
/** Divisible by the number of deeds of every world. */
const whichDeed = integer({ min: 0, max: 59 });

const only = <const T extends string>(what: T): Arbitrary<T> => constantFrom(what);

/** By weight. */
const STEPS: readonly (readonly [weight: number, step: Arbitrary<Step>])[] = [
  [4, record({ do: only("merge"), in: whichRepository, type: types, checks })],
  [1, record({ do: only("push"), in: whichRepository, type: types, checks })],
  [1, record({ do: only("revert"), in: whichRepository, pick, checks })],
  [3, record({ do: only("check"), in: whichRepository, pick, state: states })],
  [8, record({ do: only("deed"), in: whichRepository, which: whichDeed, pick, checks })],
  [8, record({ do: only("work"), in: whichRepository, by: replicas })],
  [2, record({ do: only("clock"), minutes: constantFrom(0.1, 1, 5, 60, 180) })],
  [1, record({ do: only("sweep") })],
];
const steps = oneof(...STEPS.map(([weight, arbitrary]) => ({ weight, arbitrary })));

/** Stories whose first repository is of that world, with up to two others of `worlds` beside it. */
export function shufflesOf(world: string, worlds: readonly string[]): Arbitrary<Shuffle> {
  return record({
    worlds: array(constantFrom(...worlds), { maxLength: 2 }).map((others) => [world, ...others]),
    mail: integer({ min: 1, max: 2 ** 31 - 1 }),
    // Without its bias fast-check would begin with short ones, in which nothing comes together.
    steps: noBias(array(steps, { minLength: 4, maxLength: 40, size: "max" })),
  });
}

/** What to look at, and how to play it again. */
export function formatFailure(
  details: RunDetails<[Shuffle]>,
  { seed, world }: { readonly seed: number; readonly world: string },
): string {
  const [shuffle] = details.counterexample ?? [];
  const path = details.counterexamplePath ?? "";
  return [
    String(details.errorInstance),
    shuffle === undefined ? "" : formatShuffle(shuffle),
    `${details.numShrinks} times smaller. ${formatReplay(seed)}, or the smallest alone with`,
    `npm run shuffle -- --world "${world}" --seed ${seed} --path "${path}"`,
  ].join("\n");
}

function formatShuffle({ worlds, mail, steps: taken }: Shuffle): string {
  const lines = taken.map(({ do: what, ...rest }, index) => {
    const said = Object.entries(rest).map(([name, value]) => `${name} ${String(value)}`);
    return `${String(index + 1).padStart(3)}. ${what} ${said.join(", ")}`;
  });
  return [`${worlds.join(", ")}; mail ${mail}`, ...lines].join("\n");
}
