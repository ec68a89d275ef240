import { act } from "../support/hearing.ts";
import type { Scenario, Stage } from "../support/scenario.ts";
import type { Lots } from "../support/seed.ts";
import type { State } from "./steps.ts";

/** One merged pull, or one commit that was pushed without one. */
export interface Unit {
  readonly title: string;
  readonly sha: string;
  /** Null: pushed without one. */
  readonly pull: number | null;
  readonly paths: readonly string[];
}

/** A comment with a command. */
interface Said {
  readonly id: number;
  readonly number: number;
  readonly login: string;
  /** Left out: `/preview`. */
  readonly words?: string;
  /** Head of the pull when it was said. */
  readonly headSha: string;
  /** Of a branch in somebody's fork. */
  readonly isFork: boolean;
}

/** A repository of a world, its people, and what they did so far. */
export interface Actor {
  readonly world: World;
  readonly stage: Stage;
  readonly scenario: Scenario;
  readonly lots: Lots;
  readonly units: Unit[];
  readonly said: Said[];
  /** Tags that people made. */
  readonly byHand: Set<string>;
  /** In order, for the message of a failure. */
  readonly journal: string[];
}

/** What only the people of a world do. Gives back what was done; null: there was nothing to do it to. */
export interface Deed {
  readonly name: string;
  readonly act: (
    actor: Actor,
    lot: { readonly pick: number; readonly checks: State | "none" },
  ) => Promise<string | null>;
}

/** One kind of repository: its policy, what people do there, and what must hold beside the usual. */
export interface World {
  readonly name: string;
  readonly policy: string;
  /** On the default branch before anybody works. */
  readonly files?: Readonly<Record<string, string>>;
  /** Where units stand, in turn, and how the tags of that line begin. */
  readonly lines: readonly { readonly folder: string; readonly prefix: string }[];
  /** `which` of a step counts through them: one that stands there twice is done twice as often. */
  readonly deeds: readonly Deed[];
  /** May the App commit on the default branch? Left out: it may not. */
  readonly writesCommits?: true;
  /** A check that is green on a release's commit whenever the App publishes it. */
  readonly publishedWhen?: string;
  /** What else turns green at the end, on these commits. */
  readonly turnGreen?: (actor: Actor, shas: readonly string[]) => Promise<void>;
  /** What a person still has to do, each time the App has come to rest. Null: nothing. */
  readonly askPerson?: (actor: Actor) => Promise<string | null>;
  /** Throws where something is not as this world wants it, when all is released. */
  readonly assertEnd?: (actor: Actor, ended: Ended) => Promise<void>;
}

/** What stands in the end. */
export interface Ended {
  /** Ours, oldest first. */
  readonly releases: readonly OwnRelease[];
  readonly tags: Readonly<Record<string, string>>;
  /** Ids of the comments whose delivery has arrived at the App. */
  readonly heard: ReadonlySet<number>;
}

export interface OwnRelease {
  readonly tag: string;
  readonly version: string;
  readonly sha: string;
  readonly units: readonly string[];
  /** Of these, those that another one of the same release takes back. */
  readonly cancelled: readonly string[];
  readonly previews: readonly { readonly pull: number; readonly tags: readonly string[] }[];
}

export function assertSame(what: string, seen: unknown, expected: unknown): void {
  const [left, right] = [JSON.stringify(seen), JSON.stringify(expected)];
  if (left !== right) throw new Error(`${what}: ${left}, expected ${right}`);
}

/** Newest first; undefined where there are none. */
export function choose<T>(from: readonly T[], pick: number): T | undefined {
  return from.at(-1 - (pick % Math.max(from.length, 1)));
}

/** What somebody asks GitHub for. Null: GitHub says that this cannot be done as things stand. */
export async function attempt(
  { scenario, stage }: Actor,
  request: readonly [method: string, path: string],
  body: unknown = {},
): Promise<Record<string, unknown> | null> {
  try {
    return await act(scenario, stage.people.mona, request, body);
  } catch (error) {
    if (error instanceof Error && /: (?:405|409|422) /.test(error.message)) return null;
    throw error;
  }
}

/** Pulls of the repository, oldest first. `isOurs`: those that the App opened, or only others. */
export function pullsOf({ stage, scenario }: Actor, isOurs: boolean) {
  return stage.github.github.data.issues.flatMap((issue) => {
    const { pull, repositoryId, authorAppId = null } = issue;
    if (pull === undefined || repositoryId !== scenario.repository.id) return [];
    return (authorAppId === stage.app.id) === isOurs ? [{ ...issue, pull }] : [];
  });
}

/** Newest state of a context on a commit; null: nobody said anything. */
export function stateOf({ stage, scenario }: Actor, sha: string, context: string): string | null {
  const found = stage.github.github.data.statuses.findLast(
    (status) =>
      status.repositoryId === scenario.repository.id &&
      status.sha === sha &&
      status.context === context,
  );
  return found?.state ?? null;
}
