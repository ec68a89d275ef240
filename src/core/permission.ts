import type { Permission } from "./state.ts";

/**
 * Who may do what: the least permission on the repository, asked of GitHub for the sender of the
 * event at the moment of acting. `docs/permissions.md` shows this table; a test holds them equal.
 */
export interface Right {
  readonly least: Exclude<Permission, "none" | "triage">;
  /** What it is, and who besides. */
  readonly what: string;
}

export const RIGHTS = {
  look: { least: "read", what: "`/why`: look at what would be released, and why not" },
  wordOwn: {
    least: "read",
    what: "`/notes`: word the line of a pull request of one's own in the notes",
  },
  label: {
    least: "write",
    what: "set a `release:*` label that decides the level of a pull request",
  },
  vouch: {
    least: "write",
    what: "vouch for a merged pull request by `release:reviewed`; not who wrote or merged it",
  },
  hold: { least: "write", what: "`/hold`, `/resume`: hold releases, and let them go again" },
  rollBack: {
    least: "write",
    what: "`/rollback v1.4.3 reason`: take a release back, and the boxes of its issue",
  },
  preview: { least: "write", what: "`/preview`: tag the head of a pull request to try it" },
  word: { least: "write", what: "`/notes`: word the line of any pull request" },
  release: {
    least: "maintain",
    what: "`/release`, `/release now`, `/release as 2.0.0`, also `for` one component",
  },
  liftSize: {
    least: "maintain",
    what: "`/size-ok`: lift the size limit for one commit; not the author, unless nobody else may",
  },
} as const satisfies Readonly<Record<string, Right>>;

export type RightName = keyof typeof RIGHTS;

/** Lowest first. */
const ORDER: readonly Permission[] = ["none", "read", "triage", "write", "maintain", "admin"];

function includes(permission: Permission, least: Permission): boolean {
  return ORDER.indexOf(permission) >= ORDER.indexOf(least);
}

/** What the policy's `may` asks beyond the table: a higher permission, or these logins alone. */
export type Narrowing = Exclude<Permission, "none" | "read" | "triage"> | readonly string[];

export type Ruling =
  | { readonly kind: "may" }
  /** `needs`: what is missing, for a sentence such as "it needs maintain". */
  | { readonly kind: "may-not"; readonly needs: string };

/**
 * May this person do it? The policy can only narrow the table: named people need the permission of
 * the table as well, so that a line in a file never gives more than GitHub's own roles.
 */
export function judgeRight(
  name: RightName,
  person: { readonly login: string; readonly permission: Permission },
  narrowing: Narrowing | null,
): Ruling {
  const { least } = RIGHTS[name];
  const raised = typeof narrowing === "string" && includes(narrowing, least) ? narrowing : least;
  if (!includes(person.permission, raised)) {
    return { kind: "may-not", needs: `the permission ${raised} on this repository` };
  }
  if (narrowing === null || typeof narrowing === "string") return { kind: "may" };
  const isNamed = narrowing.some((login) => login.toLowerCase() === person.login.toLowerCase());
  const needs = `to be named in \`may\` of \`.github/smallbatch.yml\``;
  return isNamed ? { kind: "may" } : { kind: "may-not", needs };
}
