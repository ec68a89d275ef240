import { latestRuns, runsOfCommit } from "./checks.ts";
import { HttpError } from "./context.ts";
import type { GitHub } from "./github.ts";
import type { Author } from "./issues.ts";
import { isTagImmutable } from "./latest-release.ts";
import { reaches } from "./permission.ts";
import { latestStatuses } from "./statuses.ts";
import type { BranchProtection, Repository, Ruleset } from "./world.ts";

const GREEN = new Set(["success", "neutral", "skipped"]);
const PULL_NEEDED = "Changes must be made through a pull request.";
const RULES_URL =
  "https://docs.github.com/repositories/configuring-branches-and-merges-in-your-repository/managing-rulesets/available-rules-for-rulesets";

/** A change of one ref; null stands for "does not exist". */
export interface RefChange {
  ref: string;
  before: string | null;
  after: string | null;
}

export interface RequiredContext {
  context: string;
  /** App that must report it; null when anybody may. */
  appId: number | null;
}

type Rule = Ruleset["rules"][number];

/** Rules of active rulesets for a full ref name, each with the ruleset it comes from. */
export function rulesFor(
  repository: Repository,
  ref: string,
  appId: number | null = null,
): { rule: Rule; ruleset: Ruleset }[] {
  return repository.rulesets
    .filter((ruleset) => ruleset.enforcement === "active")
    .filter((ruleset) => ref.startsWith(ruleset.target === "tag" ? "refs/tags/" : "refs/heads/"))
    .filter((ruleset) => ruleset.include.some((pattern) => matches(pattern, ref, repository)))
    .filter((ruleset) => appId === null || !ruleset.bypassAppIds.includes(appId))
    .flatMap((ruleset) => ruleset.rules.map((rule) => ({ rule, ruleset })));
}

/** From rulesets and branch protection, each context once; all of them unless `bound` is given. */
export function requiredContexts(
  repository: Repository,
  branch: string,
  bound?: { appId: number | null; protection: BranchProtection | null },
): RequiredContext[] {
  const contexts: RequiredContext[] = [];
  const add = (context: string, by: number | null): void => {
    if (!contexts.some((each) => each.context === context && each.appId === by)) {
      contexts.push({ context, appId: by });
    }
  };
  for (const { rule } of rulesFor(repository, `refs/heads/${branch}`, bound?.appId)) {
    if (rule.type !== "required_status_checks") continue;
    for (const check of rule.parameters.required_status_checks) {
      add(check.context, check.integration_id ?? null);
    }
  }
  const protection = bound
    ? bound.protection
    : repository.protections.find((each) => each.branch === branch);
  for (const context of protection?.requiredContexts ?? []) add(context, null);
  return contexts;
}

/** The required contexts that are not green on a commit. */
export function missingContexts(
  github: GitHub,
  repository: Repository,
  sha: string,
  required: readonly RequiredContext[],
): RequiredContext[] {
  if (required.length === 0) return [];
  const runs = latestRuns(runsOfCommit(github, repository.id, sha));
  const statuses = latestStatuses(github, repository.id, sha);
  return required.filter(({ context, appId }) => {
    const reports = [
      ...runs
        .filter((run) => run.name === context && (appId === null || run.appId === appId))
        .map((run) => run.status === "completed" && GREEN.has(run.conclusion ?? "")),
      ...statuses
        .filter((status) => status.context === context && appId === null)
        .map((status) => status.state === "success"),
    ];
    return reports.length === 0 || reports.includes(false);
  });
}

/**
 * Why rulesets or branch protection refuse a change that does not come from a merged pull, in
 * GitHub's words; empty when they allow it.
 */
export function judgeRefChange(
  github: GitHub,
  repository: Repository,
  by: Author,
  change: RefChange,
): string[] {
  const { ref, before, after } = change;
  const violations = new Set<string>();
  for (const { rule } of rulesFor(repository, ref, by.appId)) {
    if (rule.type === "creation" && before === null) {
      violations.add("Cannot create ref due to creations being restricted.");
    } else if (rule.type === "update" && before !== null && after !== null) {
      violations.add("Cannot update this protected ref.");
    } else if (rule.type === "deletion" && after === null) {
      violations.add("Cannot delete this protected ref.");
    } else if (rule.type === "pull_request" && before !== null && after !== null) {
      violations.add(PULL_NEEDED);
    } else if (rule.type === "tag_name_pattern" && before === null && !fitsPattern(rule, ref)) {
      violations.add(`Tag name must match a given pattern: ${rule.parameters.pattern}`);
    }
  }
  const tag = ref.startsWith("refs/tags/") ? ref.slice("refs/tags/".length) : null;
  if (tag !== null && before !== null && isTagImmutable(github, repository, tag)) {
    violations.add("Cannot change or delete the tag of an immutable release.");
  }
  if (!ref.startsWith("refs/heads/")) return [...violations];
  const branch = ref.slice("refs/heads/".length);
  const protection = protectionFor(github, repository, branch, by);
  if (after === null) {
    if (protection !== null) violations.add("Cannot delete a protected branch.");
  } else if (before !== null) {
    const required = requiredContexts(repository, branch, { appId: by.appId, protection });
    if ((protection?.requiredReviews ?? 0) > 0) violations.add(PULL_NEEDED);
    for (const { context } of missingContexts(github, repository, after, required)) {
      violations.add(`Required status check "${context}" is expected.`);
    }
  }
  return [...violations];
}

/** The protection of a branch as far as it binds this account; null when it does not. */
export function protectionFor(
  github: GitHub,
  repository: Repository,
  branch: string,
  by: Author,
): BranchProtection | null {
  const protection = repository.protections.find((each) => each.branch === branch);
  if (protection === undefined) return null;
  const isAdmin = reaches(github.permissionOf(repository, by.accountId), "admin");
  return isAdmin && protection.enforceAdmins === false ? null : protection;
}

/** GitHub answers 422 for refs and 409 for contents. */
export function violationError(status: 409 | 422, violations: readonly string[]): HttpError {
  return new HttpError(status, {
    message: `Repository rule violations found\n\n${violations.map((each) => `${each}\n\n`).join("")}`,
    documentation_url: RULES_URL,
  });
}

function fitsPattern(rule: Rule & { type: "tag_name_pattern" }, ref: string): boolean {
  const name = ref.slice("refs/tags/".length);
  const { operator, pattern } = rule.parameters;
  if (operator === "starts_with") return name.startsWith(pattern);
  if (operator === "ends_with") return name.endsWith(pattern);
  if (operator === "contains") return name.includes(pattern);
  return new RegExp(pattern).test(name);
}

function matches(pattern: string, ref: string, repository: Repository): boolean {
  if (pattern === "~ALL") return true;
  if (pattern === "~DEFAULT_BRANCH") return ref === `refs/heads/${repository.defaultBranch}`;
  const source = pattern
    .split(/(\*\*|\*|\?)/)
    .map((part) => GLOBS[part] ?? part.replace(/[.+^${}()|[\]\\]/g, "\\$&"))
    .join("");
  return new RegExp(`^${source}$`).test(ref);
}

const GLOBS: Record<string, string> = { "**": ".*", "*": "[^/]*", "?": "[^/]" };
