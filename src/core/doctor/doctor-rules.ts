import type { Examined } from "../examined.ts";
import { inertCode } from "../inert.ts";
import { matchesRefPattern } from "../ref-pattern.ts";
import type { BranchRules, TagRule, TagRuleset } from "./doctor-facts.ts";
import { countWords, lastCommits, listCode, listWords } from "./finding-words.ts";
import { fine, todo } from "./finding.ts";
import type { Finding } from "./finding.ts";
import { takesBranch } from "./workflow-starts.ts";

/** The one sentence for the admin. */
function askAdmin(names: readonly string[]): string {
  return `An admin adds this App to the bypass list of ${listCode(names)} (Settings, Rules, Rulesets).`;
}

/** Rulesets that would refuse the next tag. */
export function judgeTagRules({ github, nextTags }: Examined): Finding | null {
  if (github === null) return null;
  const { tagRulesets } = github;
  const [tag] = nextTags;
  if (tagRulesets === null) {
    return {
      ...fine("tag rules", "GitHub does not say which rulesets stand on tags"),
      state: "unknown",
    };
  }
  const own = tagRulesets.filter((ruleset) => includesTag(ruleset, tag));
  const refusing = own.filter(
    ({ mayBypass, rules }) => mayBypass !== true && rules.some((rule) => refuses(rule, tag)),
  );
  if (refusing.length === 0) {
    const isKept = own.some(({ rules }) => rules.some(({ type }) => type === "DELETION"));
    return fine(
      "tag rules",
      isKept
        ? `Nobody can take tags such as ${inertCode(tag)} away; new ones are allowed`
        : `No rule keeps ${inertCode(tag)} from being made`,
    );
  }
  const names = refusing.map(({ name }) => name);
  const isName = refusing.every(({ rules }) => !rules.some(({ type }) => type === "CREATION"));
  const what = isName ? "takes no tag of the form" : "lets nobody make tags such as";
  return todo("tag rules", `Ruleset ${listCode(names)} ${what} ${inertCode(tag)}`, {
    todo: isName
      ? `Say the form that it takes in the policy, such as \`tag: release-{version}\`. ${askAdmin(names)}`
      : askAdmin(names),
  });
}

function includesTag({ include, exclude }: TagRuleset, tag: string): boolean {
  const name = `refs/tags/${tag}`;
  const isIn = (patterns: readonly string[]): boolean =>
    patterns.some((pattern) => matchesRefPattern(pattern, name));
  return isIn(include) && !isIn(exclude);
}

/** Rules that stand in the way of a new tag on a commit of the branch. */
function refuses({ type, pattern }: TagRule, tag: string): boolean {
  if (type === "CREATION") return true;
  return type === "TAG_NAME_PATTERN" && pattern !== null && !fitsName(pattern, tag);
}

/** A regular expression of other people is not run: it counts as one that fits. */
function fitsName(
  { operator, pattern, isNegated }: NonNullable<TagRule["pattern"]>,
  tag: string,
): boolean {
  const fits = {
    starts_with: () => tag.startsWith(pattern),
    ends_with: () => tag.endsWith(pattern),
    contains: () => tag.includes(pattern),
  }[operator];
  return fits === undefined || fits() !== isNegated;
}

/** Would a commit of ours on the branch be refused, as far as anybody can tell? */
export function isPushBlocked({ rulesets, reviews, mayPush }: BranchRules): boolean {
  const blocking = ["PULL_REQUEST", "MERGE_QUEUE", "UPDATE", "REQUIRED_STATUS_CHECKS"];
  return (
    mayPush === false ||
    reviews > 0 ||
    rulesets.some(({ types }) => types.some((type) => blocking.includes(type)))
  );
}

/** Protection of the branch, which only files that say the version ever meet. */
export function judgeBranchRules({ github, branch, policy }: Examined): Finding | null {
  if (github === null) return null;
  const { branchRules: rules, required } = github;
  const has = (type: string): boolean => rules.rulesets.some(({ types }) => types.includes(type));
  const parts = [
    ...(rules.reviews > 0 ? [countWords(rules.reviews, "review")] : []),
    ...(has("PULL_REQUEST") && rules.reviews === 0 ? ["a pull request"] : []),
    ...(required.length > 0 ? [countWords(required.length, "check")] : []),
    ...(has("MERGE_QUEUE") ? ["a merge queue"] : []),
    ...(has("REQUIRED_SIGNATURES") ? ["signed commits"] : []),
  ];
  const name = inertCode(branch);
  if (parts.length === 0 && rules.mayPush !== false) {
    return fine("branch rules", `No rule stands on ${name}`);
  }
  const asks = parts.length === 0 ? "takes no push" : `asks for ${listWords(parts)}`;
  if (policy?.files === undefined || policy.files.as === "pull") {
    const why =
      policy?.files === undefined
        ? "a release pushes nothing to it"
        : "a release pull goes through it";
    return fine("branch rules", `${name} ${asks}; ${why}`);
  }
  if (!isPushBlocked(rules)) return fine("branch rules", `${name} ${asks}`);
  const names = rules.rulesets.map((ruleset) => ruleset.name);
  const admin =
    names.length === 0
      ? "an admin lets this App bypass the protection of the branch (Settings, Branches)."
      : askAdmin(names);
  return todo("branch rules", `${name} ${asks}, and may refuse the commit with the version`, {
    todo: `A release pull is opened then. Write \`as: pull\` under \`files\` to have it at once, or ${admin.charAt(0).toLowerCase()}${admin.slice(1)}`,
  });
}

/** Required checks that no commit of the branch ever got: each release would wait for them. */
export function judgeRequired({ github, branch, workflows }: Examined): Finding | null {
  if (github === null) return null;
  const { required, commits } = github;
  if (required.length === 0) return fine("required checks", "No check is required");
  const name = inertCode(branch);
  if (commits.length === 0) return fine("required checks", `${name} has no commit yet`);
  const seen = new Set(commits.flatMap(({ contexts }) => contexts.map((own) => own.name)));
  const absent = required.filter((context) => !seen.has(context));
  if (absent.length === 0) {
    return fine("required checks", `Required, and seen on ${name}: ${listCode(required)}`);
  }
  const idle = workflows.filter(
    (own) =>
      !takesBranch(own, branch) &&
      own.jobs.some(({ check }) => check !== null && absent.includes(check)),
  );
  const where =
    idle.length === 0 ? "Let it run" : `Let ${listCode(idle.map(({ file }) => file))} run`;
  return todo(
    "required checks",
    `Required, and not seen on ${lastCommits(commits.length)} of ${name}: ${listCode(absent)}`,
    {
      todo: `Each release would wait for that. ${where} on pushes to ${name} too (\`on: push\`), or require it no more.`,
    },
  );
}

/** Does anything test the branch? */
export function judgeChecks(examined: Examined): Finding {
  const { github, branch, workflows, files, policy } = examined;
  const name = inertCode(branch);
  if (github === null) {
    const own = workflows.filter((workflow) => takesBranch(workflow, branch));
    if (own.length > 0) {
      const started = listCode(own.map(({ file }) => file));
      const them = own.length === 1 ? "it" : "them";
      return fine("checks", `Pushes to ${name} start ${started}, and releases wait for ${them}`);
    }
    const other = files.paths.filter((path) => OTHER_CI.test(path));
    if (other.length > 0) return fine("checks", `Other CI tests it: ${listCode(other)}`);
  } else {
    const names = github.commits.flatMap(({ contexts }) => contexts.map((own) => own.name));
    if (names.length > 0) return fine("checks", `Releases wait for ${listCode(names)}`);
    if (github.commits.length === 0) return fine("checks", `${name} has no commit yet`);
  }
  const text =
    github === null
      ? `No workflow runs on pushes to ${name}`
      : `No check ran on ${lastCommits(github.commits.length)} of ${name}`;
  if (policy?.checks === "required") {
    return todo("checks", text, {
      todo: "The policy says `checks: required`, so nothing is released. Test pushes to the branch.",
    });
  }
  return {
    ...todo("checks", text, {
      todo: "Releases would go out untested, 60 s after a merge, and say so. Test pushes to the branch, or write `checks: required` to release nothing without.",
    }),
    offered: ["checks: required"],
  };
}

const OTHER_CI =
  /^(?:\.travis\.yml|\.circleci\/config\.yml|\.gitlab-ci\.yml|azure-pipelines\.yml|\.?appveyor\.yml|Jenkinsfile|\.cirrus\.yml|\.drone\.yml|\.buildkite\/pipeline\.yml|bitbucket-pipelines\.yml|\.woodpecker\.ya?ml|\.semaphore\/semaphore\.yml)$/;
