import { POLICY_PATH, formatPolicyError } from "../../core/policy/policy-errors.ts";
import type { PolicyError } from "../../core/policy/policy-errors.ts";
import type { LineOutcome } from "../../core/policy/policy-outcome.ts";
import type { PolicyChange, PolicyRow } from "../../core/policy/policy-rows.ts";
import { wrap } from "../wrap.ts";

/** What `smallbatch policy check` found; its fields are those of `--json`. */
export interface Checked {
  readonly file: string;
  /** Empty: it is valid. */
  readonly errors: readonly PolicyError[];
  /** As it applies; empty where it is not valid. */
  readonly policy: readonly PolicyRow[];
  /** Null: there was nothing to compare with. */
  readonly compared: Compared | null;
}

/** Against the policy that stands. */
export interface Compared {
  /** Which policy that is; null: none stands, and this one would start releases. */
  readonly with: string | null;
  /** Branch, with the repository on GitHub. */
  readonly where: string;
  /** False: GitHub was asked. */
  readonly isKnownByGit: boolean;
  readonly changes: readonly PolicyChange[];
  /** Lines of which something else would be said. */
  readonly lines: readonly LineOutcome[];
  /** Lines that were not looked at. */
  readonly unseen: number;
  /** Why nothing was compared; null: it was. */
  readonly note: string | null;
}

/** For a terminal of 80 columns. */
export function renderPolicy({ file, errors, policy, compared }: Checked): string {
  if (errors.length > 0) {
    const count = errors.length === 1 ? "1 error" : `${errors.length} errors`;
    // One line each, for whatever reads `file:line:column`; how it should look stands below it.
    const rows = errors.flatMap(({ hint, ...error }) => [
      formatPolicyError({ ...error, hint: null }).replace(POLICY_PATH, file),
      ...(hint === null ? [] : wrap(hint, "  ")),
    ]);
    return [...rows, "", `${count}.`].join("\n");
  }
  const parts = [`${file} is valid.`, renderTable(policy)];
  if (compared !== null) parts.push(...renderCompared(compared));
  return parts.join("\n\n");
}

function renderTable(policy: readonly PolicyRow[]): string {
  const width = Math.max(...policy.map(({ key }) => key.length)) + 2;
  const rows = policy.flatMap(({ key, value, line }) => {
    const from = line === null ? "default" : `line ${line}`;
    const start = `  ${key.padEnd(width)}${from.padEnd(10)}`;
    return wrap(value, start, " ".repeat(start.length));
  });
  return rows.join("\n");
}

function renderCompared(compared: Compared): string[] {
  const { changes, lines, unseen, where, isKnownByGit, note } = compared;
  if (note !== null) return [wrap(`${note}.`, "").join("\n")];
  const parts: string[] = [];
  if (compared.with === null) {
    parts.push(`There is no policy yet on ${where}: this one starts releases.`);
  } else if (changes.length === 0) {
    parts.push(wrap(`No rule changes against ${compared.with}.`, "").join("\n"));
  } else {
    const rows = changes.flatMap(({ key, before, after }) => {
      const text = `${key}: ${before ?? "nothing"} becomes ${after ?? "nothing"}`;
      return wrap(text, "  ", "    ");
    });
    parts.push([...wrap(`Against ${compared.with}:`, ""), ...rows].join("\n"));
  }
  const head = `What is merged and not released on ${where}:`;
  const outcomes = lines.flatMap(({ line, before, after }) => [
    ...(line === "" ? [] : [`  ${line}`]),
    ...wrap(before ?? "no releases of its own", "    now          ", " ".repeat(17)),
    ...wrap(after ?? "no releases of its own", "    with this    ", " ".repeat(17)),
  ]);
  const none = lines.length === 0 ? ["  nothing changes"] : outcomes;
  const left = unseen === 0 ? [] : [`  ${unseen} more lines were not looked at`];
  parts.push([...wrap(head, ""), ...none, ...left].join("\n"));
  if (isKnownByGit) parts.push(LIMITS);
  return parts;
}

const LIMITS = `As far as git knows: checks count as green; labels, reviews, releases and other
branches are not seen. --github OWNER/REPO asks GitHub.`;
