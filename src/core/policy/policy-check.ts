import type { Action } from "../action.ts";
import { digestCheck } from "../check.ts";
import { inertCode, inertJson, inertText, plainLine } from "../inert.ts";
import type { OpenPull } from "../pulls/open-pull.ts";
import { errorsOf } from "../pulls/pull-policy.ts";
import type { LineState, PolicyFile } from "../state.ts";
import { POLICY_PATH, formatPolicyError } from "./policy-errors.ts";
import type { PolicyError } from "./policy-errors.ts";
import type { LineOutcome } from "./policy-outcome.ts";
import { comparePolicies, listPolicy, standingFile } from "./policy-rows.ts";
import type { PolicyChange } from "./policy-rows.ts";

/** Name of our check run on open pulls that change the policy. */
export const POLICY_CHECK_NAME = "smallbatch/policy";

/** GitHub takes so many in one request; a rewrite would append them once more. */
const ANNOTATIONS_MAX = 50;
const TITLE_CHARS_MAX = 120;
const DETAIL_CHARS_MAX = 50_000;
/** Rows of one list; a policy has about forty keys. */
const ROWS_MAX = 100;

type WriteCheck = Extract<Action, { kind: "writeCheck" }>;

/** What the policy of a pull would change for what is merged and not released. */
export interface Foretold {
  readonly outcomes: readonly LineOutcome[];
  /** Lines that were not looked at. */
  readonly unseen: number;
}

/**
 * The check on the head of a pull that changes the policy; null where it says all of it already.
 * `foretold` null: nobody could look, or there was no need to.
 */
export function renderPolicyCheck(
  state: LineState,
  pull: OpenPull,
  foretold: Foretold | null,
): WriteCheck | null {
  const { policy } = pull;
  if (policy === null) return null;
  const errors = errorsOf(policy);
  const said =
    errors.length > 0
      ? sayErrors(errors)
      : sayValid(state, { pull, file: policy.file, foretold: foretold ?? NOTHING_FORETOLD });
  const summary = `${said.detail.slice(0, DETAIL_CHARS_MAX)}\n\n\`\`\`json\n${inertJson({
    pull: pull.number,
    asOf: pull.headSha,
    ...said.json,
  })}\n\`\`\``;
  const title = plainLine(said.title, TITLE_CHARS_MAX);
  const externalId = digestCheck("policy", [title, summary, said.conclusion]);
  if (externalId === policy.ourCheck?.externalId) return null;
  return {
    kind: "writeCheck",
    name: POLICY_CHECK_NAME,
    sha: pull.headSha,
    // A rewrite would leave the annotations of before.
    existing: errors.length > 0 ? null : policy.ourCheck,
    externalId,
    title,
    summary,
    conclusion: said.conclusion,
    ...(errors.length > 0 ? { annotations: errors.slice(0, ANNOTATIONS_MAX).map(annotate) } : {}),
  };
}

const NOTHING_FORETOLD: Foretold = { outcomes: [], unseen: 0 };

interface Said {
  readonly title: string;
  /** Markdown. */
  readonly detail: string;
  readonly conclusion: WriteCheck["conclusion"];
  readonly json: Readonly<Record<string, unknown>>;
}

function annotate(error: PolicyError): NonNullable<WriteCheck["annotations"]>[number] {
  const { line, column, hint } = error;
  const key = error.path === "" ? "" : `${error.path}: `;
  const how = hint === null ? "" : `\nIt looks like this: ${hint}`;
  return {
    path: POLICY_PATH,
    line,
    column,
    message: `${key}${error.message}${how}`.slice(0, 2_000),
  };
}

/** Of the file alone, so that it stays the same while other things change. */
function sayErrors(errors: readonly PolicyError[]): Said {
  const count = errors.length === 1 ? "1 error" : `${errors.length} errors`;
  const list = errors
    .slice(0, ROWS_MAX)
    .map((error) => `- ${inertCode(formatPolicyError(error))}`)
    .join("\n");
  const fate =
    "Merged as it is, the last valid policy stays in force; where there never was one, nothing is " +
    "released.";
  return {
    title: [count, ...errors.map(({ line, message }) => `line ${line}: ${message}`)].join("; "),
    detail: `${list}\n\n${fate}`,
    conclusion: "failure",
    json: { state: "invalid", errors: errors.slice(0, ANNOTATIONS_MAX) },
  };
}

interface Asked {
  readonly pull: OpenPull;
  readonly file: PolicyFile | null;
  readonly foretold: Foretold;
}

function sayValid(state: LineState, { pull, file, foretold }: Asked): Said {
  const { defaultBranch } = state.repository;
  const isElsewhere = pull.baseBranch !== defaultBranch;
  const before = standingFile(state);
  const changes = comparePolicies(before, file);
  const isStart = before === null && file !== null;
  const { outcomes, unseen } = foretold;
  const asOf = `As of ${pull.headSha.slice(0, 7)}, and looked at again when this pull request changes.`;
  const where = `The policy is read on ${inertCode(defaultBranch)} alone: this takes effect there.`;
  const parts = [
    file === null ? sayGone(state) : "",
    isElsewhere ? where : "",
    isStart || file === null ? "" : sayChanges(changes),
    isElsewhere ? "" : sayOutcomes(foretold, file === null ? "without it" : "with this policy"),
    file === null ? "" : sayEffective(file),
    asOf,
  ];
  return {
    title: titleOf({ file, isStart, isElsewhere, defaultBranch, changes, outcomes }),
    detail: parts.filter((part) => part !== "").join("\n\n"),
    conclusion: file === null ? "neutral" : "success",
    json: {
      state: file === null ? "removed" : "valid",
      starts: isStart && !isElsewhere,
      changes: isStart || file === null ? [] : changes,
      lines: outcomes,
      linesNotSeen: unseen,
    },
  };
}

function sayGone({ isStartForced }: LineState): string {
  return isStartForced
    ? "Merged, the defaults apply: the operator of this Smallbatch starts every repository."
    : `Merged, nothing is released here any more: the repository is only watched until ${inertCode(
        POLICY_PATH,
      )} stands again. What was released stays.`;
}

function sayChanges(changes: readonly PolicyChange[]): string {
  if (changes.length === 0) return "No rule changes: every key has the value that it had.";
  const rows = changes.slice(0, ROWS_MAX).map(({ key, before, after }) => {
    const [old, fresh] = [before, after].map((value) =>
      value === null ? "nothing" : inertCode(value),
    );
    return `- ${inertCode(key)}: ${old} becomes ${fresh}`;
  });
  return `### What changes\n\n${rows.join("\n")}`;
}

/** `The whole repository` */
function nameOf(line: string): string {
  return line === "" ? "The whole repository" : inertCode(line);
}

function sayOutcomes({ outcomes, unseen }: Foretold, then: string): string {
  const rows = outcomes.slice(0, ROWS_MAX).map(({ line, before, after }) => {
    const old = before === null ? "no releases of its own" : inertText(before);
    const fresh = after === null ? "no releases of its own" : inertText(after);
    return `- ${nameOf(line)}\n  - now: ${old}\n  - ${then}: ${fresh}`;
  });
  const list = rows.length === 0 ? "For what is merged now, nothing changes." : rows.join("\n");
  const left =
    unseen === 0
      ? ""
      : `\n\n${unseen} more ${unseen === 1 ? "line was" : "lines were"} not looked at.`;
  return `### What is merged and not released\n\n${list}${left}`;
}

function sayEffective(file: PolicyFile): string {
  const rows = listPolicy(file)
    .slice(0, ROWS_MAX)
    .map(({ key, value, line }) => {
      const from = line === null ? "default" : `line ${line}`;
      return `- ${inertCode(key)}: ${inertCode(value)}, ${from}`;
    });
  const head = `<details><summary>The policy as it applies</summary>`;
  return `${head}\n\n${rows.join("\n")}\n\n</details>`;
}

function titleOf(said: {
  readonly file: PolicyFile | null;
  readonly isStart: boolean;
  readonly isElsewhere: boolean;
  readonly defaultBranch: string;
  readonly changes: readonly PolicyChange[];
  readonly outcomes: readonly LineOutcome[];
}): string {
  const { file, isStart, isElsewhere, defaultBranch, changes, outcomes } = said;
  if (isElsewhere)
    return `${file === null ? "removed" : "valid"}; it counts only on ${defaultBranch}`;
  if (file === null) return "takes the policy away";
  const [first] = outcomes.filter(({ after }) => after !== null);
  const name = first === undefined || first.line === "" ? "" : `${first.line}: `;
  const fate = first === undefined ? "" : `; ${name}${first.after}`;
  if (isStart) return `valid; starts releases here${fate}`;
  if (changes.length === 0) return "valid; changes no rule";
  const keys = changes.map(({ key }) => key);
  const more = keys.length > 3 ? ` and ${keys.length - 3} more` : "";
  return `valid; changes ${keys.slice(0, 3).join(", ")}${more}${fate}`;
}
