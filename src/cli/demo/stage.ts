import type { Example, ExampleAddress } from "../../local-github/example.ts";
import {
  findCheck,
  latestRelease,
  mergePull,
  openPull,
  setStatus,
  until,
  type CheckRun,
  type Person,
  type Place,
  type Release,
} from "../../local-github/person.ts";
import type { Repository } from "../../local-github/world.ts";
import type { Service } from "../../service.ts";
import type { ServeSettings } from "../../settings.ts";

/** Where the demo plays: the local GitHub with the App at work on it. */
export interface Stage {
  readonly example: Example;
  readonly place: Place;
  readonly users: ExampleAddress["users"];
  /** Text of the policy file that starts the repository: one line, unless its past asks for more. */
  policy: string;
  /** Newest commit and pull that an act showed, for the addresses at the end. */
  lastSha: string;
  lastPull: number;
  /** Pulls that wait for a person. */
  waiting: readonly number[];
  /** Open pulls whose lines were drafted. */
  drafted: readonly number[];
  /** Number of the proposal that started the repository; 0: not seen yet. */
  proposal: number;
  /** Number of the pull that was too large; 0: not seen yet. */
  large: number;
  /** Number of the release desk; 0: not seen yet. */
  desk: number;
  /** Number of the issue of a rollback, and of the pull of another one; 0: not seen yet. */
  rollback: number;
  conflict: number;
  /** Absent: nothing is simulated. */
  readonly simulated?: Simulated;
}

/** A past that was made up, and the App whose pages show it. */
export interface Simulated {
  /** The App is not installed on it at first. */
  readonly repository: Repository;
  readonly service: Service;
  readonly settings: ServeSettings;
  /** Address of its page; empty: not seen yet. */
  url: string;
}

export interface Merged {
  readonly number: number;
  readonly sha: string;
}

let branches = 0;

/** A pull by somebody with write, merged by a maintainer. */
export async function merge(
  stage: Stage,
  change: {
    readonly title: string;
    readonly path: string;
    readonly text: string;
    readonly body?: string;
    readonly by?: Person;
  },
): Promise<Merged> {
  branches += 1;
  const { by, ...file } = change;
  const number = await openPull(stage.place, by ?? stage.users.write, {
    ...file,
    branch: `demo-${branches}`,
  });
  const sha = await mergePull(stage.place, stage.users.maintain, number);
  stage.lastSha = sha;
  stage.lastPull = number;
  return { number, sha };
}

/** What continuous integration says about a commit. */
export async function ci(
  stage: Stage,
  sha: string,
  state: "pending" | "success" | "failure",
): Promise<void> {
  await setStatus(stage.place, stage.users.maintain, sha, state);
}

/** Wait for our check on a commit to read like that. */
export async function untilCheck(
  stage: Stage,
  sha: string,
  pattern: RegExp,
): Promise<CheckRun & { readonly title: string }> {
  const { place, users } = stage;
  return until(`a check on ${sha.slice(0, 7)} like ${pattern}`, async () => {
    const check = await findCheck(place, users.read, sha);
    const title = check?.output.title ?? "";
    return check !== null && pattern.test(title) ? { ...check, title } : null;
  });
}

/** Wait for a newer latest release than `previous`; null waits for any. */
export async function untilRelease(stage: Stage, previous: string | null): Promise<Release> {
  const { place, users } = stage;
  return until(`a release after ${previous ?? "nothing"}`, async () => {
    const release = await latestRelease(place, users.read);
    return release !== null && release.tag_name !== previous ? release : null;
  });
}

export async function currentTag(stage: Stage): Promise<string | null> {
  return (await latestRelease(stage.place, stage.users.read))?.tag_name ?? null;
}

/** The release, or the policy line that our check on the newest commit asks for. */
export async function untilReleaseOrQuestion(
  stage: Stage,
  before: string | null,
  sha: string,
): Promise<Release | string> {
  return until(`a release after ${before ?? "nothing"}`, async () => {
    const release = await latestRelease(stage.place, stage.users.read);
    if (release !== null && release.tag_name !== before) return release;
    const check = await findCheck(stage.place, stage.users.read, sha);
    if (check?.output.title?.startsWith("rides along") === true) return "later";
    return askedLine(check?.output.summary ?? "");
  });
}

/** The line that a hold asks for, such as `base: v1.4.2`; null where it asks for none. */
function askedLine(summary: string): string | null {
  return /write `((?:base|auto|untyped): [^`]+)`/.exec(summary)?.[1] ?? null;
}
