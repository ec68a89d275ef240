import { inertCode, inertText } from "../inert.ts";
import type { RollbackAct } from "./rollback-box.ts";

/** Links and lengths of time of the rollback issue. Nobody is mentioned, and no pull is referred to. */

/** What links are made of. */
export interface LinkPlace {
  readonly repository: { readonly url: string };
  /** Pulls are named and not linked: GitHub notes a link on the page of the pull. Absent: no. */
  readonly isQuiet?: boolean;
}

/** Where the release stands: for links, and for who may say `/resume` where. */
export interface RollbackPlace extends LinkPlace {
  readonly repository: {
    readonly id: number;
    readonly url: string;
    readonly defaultBranch: string;
  };
  readonly branch: string;
  /** Boxes to be had now; absent: none. */
  readonly offered?: readonly RollbackAct[];
}

export function linkRelease(tag: string, { repository }: LinkPlace): string {
  return `[${inertText(tag)}](${repository.url}/releases/tag/${encodeURIComponent(tag)})`;
}

/** GitHub's form that changes a release: what a phone can do where `gh` is far. */
export function linkReleaseForm(words: string, tag: string, { repository }: RollbackPlace): string {
  return `[${words}](${repository.url}/releases/edit/${encodeURIComponent(tag)})`;
}

/** With its number as code: a plain one would be noted on the pull as a reference. */
export function linkPull(number: number, { repository, isQuiet }: LinkPlace): string {
  const name = inertCode(`#${number}`);
  return isQuiet === true ? name : `[${name}](${repository.url}/pull/${number})`;
}

/** Where `/resume` is said for the line of the release. */
export function sayResume({ repository, branch }: RollbackPlace): string {
  return branch === repository.defaultBranch
    ? "comment `/resume` here, or tick that box on the release desk"
    : `tick the box of ${inertCode(branch)} on the release desk, or comment \`/resume\` on a pull request into it`;
}

/** `2.4 s`, `3 min 10 s`, `2 h 5 min`, `3 d 4 h`: the two largest units. */
export function formatLength(ms: number): string {
  const seconds = Math.max(0, ms) / 1_000;
  if (seconds < 60) return `${Math.round(seconds * 10) / 10} s`;
  const whole = Math.floor(seconds);
  if (whole < 3_600) return twoUnits(whole, 60, ["min", "s"]);
  if (whole < 86_400) return twoUnits(Math.floor(whole / 60), 60, ["h", "min"]);
  return twoUnits(Math.floor(whole / 3_600), 24, ["d", "h"]);
}

function twoUnits(count: number, per: number, [large, small]: readonly [string, string]): string {
  const rest = count % per;
  return `${Math.floor(count / per)} ${large}${rest === 0 ? "" : ` ${rest} ${small}`}`;
}
