import { describe, expect, it } from "@jest/globals";
import type {
  DoctorFacts,
  GitHubFacts,
  TagRuleset,
} from "../../../src/core/doctor/doctor-facts.ts";
import type { Finding } from "../../../src/core/doctor/finding.ts";
import { DEFAULT_POLICY } from "../../../src/core/policy/policy-schema.ts";
import { doctorFacts, filesOf, findOf, githubFacts } from "../../support/doctor-facts.ts";
import { sha } from "../../support/states.ts";

function ruleset(change: Partial<TagRuleset> = {}): TagRuleset {
  return {
    name: "tags",
    include: ["refs/tags/v*"],
    exclude: [],
    rules: [{ type: "CREATION", pattern: null }],
    mayBypass: null,
    ...change,
  };
}

const named = (operator: string, pattern: string, isNegated = false): Partial<TagRuleset> => ({
  rules: [{ type: "TAG_NAME_PATTERN", pattern: { operator, pattern, isNegated } }],
});

const onlyFor = (type: string): Partial<TagRuleset> => ({ rules: [{ type, pattern: null }] });

describe("the line about tag rules", () => {
  it.each<[string, readonly TagRuleset[] | null, Partial<Finding>]>([
    ["none", [], { state: "fine", text: "No rule keeps `v1.4.3` from being made" }],
    ["nobody knows", null, { state: "unknown" }],
    [
      "creations are restricted",
      [ruleset()],
      {
        state: "todo",
        text: "Ruleset `tags` lets nobody make tags such as `v1.4.3`",
        todo: "An admin adds this App to the bypass list of `tags` (Settings, Rules, Rulesets).",
      },
    ],
    ["the App may pass it by", [ruleset({ mayBypass: true })], { state: "fine" }],
    ["the App may not", [ruleset({ mayBypass: false })], { state: "todo" }],
    ["of other tags", [ruleset({ include: ["refs/tags/w*"] })], { state: "fine" }],
    [
      "all but ours",
      [ruleset({ include: ["~ALL"], exclude: ["refs/tags/v*"] })],
      { state: "fine" },
    ],
    ["of all tags", [ruleset({ include: ["~ALL"] })], { state: "todo" }],
    [
      "nobody deletes",
      [ruleset(onlyFor("DELETION"))],
      { state: "fine", text: "Nobody can take tags such as `v1.4.3` away; new ones are allowed" },
    ],
    ["nobody moves", [ruleset(onlyFor("UPDATE"))], { state: "fine" }],
    ["names that ours has", [ruleset(named("starts_with", "v"))], { state: "fine" }],
    [
      "names that ours has not",
      [ruleset(named("starts_with", "release-"))],
      {
        state: "todo",
        text: "Ruleset `tags` takes no tag of the form `v1.4.3`",
        todo: "Say the form that it takes in the policy, such as `tag: release-{version}`. An admin adds this App to the bypass list of `tags` (Settings, Rules, Rulesets).",
      },
    ],
    ["names that end", [ruleset(named("ends_with", ".3"))], { state: "fine" }],
    ["names that hold", [ruleset(named("contains", "x"))], { state: "todo" }],
    ["names that do not hold", [ruleset(named("contains", "x", true))], { state: "fine" }],
    [
      "a regular expression, which is not run",
      [ruleset(named("regex", "(a+)+$"))],
      { state: "fine" },
    ],
    ["a name rule without a pattern", [ruleset(onlyFor("TAG_NAME_PATTERN"))], { state: "fine" }],
  ])("%s", (_, tagRulesets, expected) => {
    expect(findOf("tag rules", githubFacts({ tagRulesets }))).toMatchObject(expected);
  });
});

const FILES = { ...DEFAULT_POLICY, files: { package: "on", as: "commit" } } as const;

const rules = (
  change: Partial<GitHubFacts["branchRules"]>,
  required: readonly string[] = [],
): Partial<DoctorFacts> =>
  githubFacts({ branchRules: { rulesets: [], reviews: 0, mayPush: null, ...change }, required });
const types = (...own: string[]) => ({ rulesets: [{ name: "main", types: own }] });

describe("the line about rules of the branch", () => {
  it.each<[string, Partial<DoctorFacts>, Partial<Finding>]>([
    ["none", {}, { state: "fine", text: "No rule stands on `main`" }],
    [
      "reviews, checks and a queue, of which a tag meets nothing",
      rules({ ...types("MERGE_QUEUE", "REQUIRED_SIGNATURES"), reviews: 2 }, ["ci"]),
      {
        state: "fine",
        text: "`main` asks for 2 reviews, 1 check, a merge queue and 1 more; a release pushes nothing to it",
      },
    ],
    [
      "a pull request",
      rules(types("PULL_REQUEST")),
      { state: "fine", text: "`main` asks for a pull request; a release pushes nothing to it" },
    ],
    [
      "no push at all",
      rules({ mayPush: false }),
      { state: "fine", text: "`main` takes no push; a release pushes nothing to it" },
    ],
    [
      "reviews, with a release pull",
      { ...rules({ reviews: 1 }), policy: { ...FILES, files: { ...FILES.files, as: "pull" } } },
      { state: "fine", text: "`main` asks for 1 review; a release pull goes through it" },
    ],
    [
      "reviews, with a commit",
      { ...rules({ reviews: 1 }), policy: FILES },
      {
        state: "todo",
        text: "`main` asks for 1 review, and may refuse the commit with the version",
        todo: "A release pull is opened then. Write `as: pull` under `files` to have it at once, or an admin lets this App bypass the protection of the branch (Settings, Branches).",
      },
    ],
    [
      "a ruleset, with a commit",
      { ...rules(types("PULL_REQUEST")), policy: FILES },
      {
        todo: "A release pull is opened then. Write `as: pull` under `files` to have it at once, or an admin adds this App to the bypass list of `main` (Settings, Rules, Rulesets).",
      },
    ],
    [
      "signatures, with a commit, which has one",
      { ...rules(types("REQUIRED_SIGNATURES")), policy: FILES },
      { state: "fine", text: "`main` asks for signed commits" },
    ],
  ])("%s", (_, change, expected) => {
    expect(findOf("branch rules", change)).toMatchObject(expected);
  });
});

const onPull = "on: pull_request\njobs: { lint: {} }\n";
const onPush = "on: push\njobs: { lint: {} }\n";
const workflow = (text: string) => filesOf({ ".github/workflows/lint.yml": text });

describe("the line about required checks", () => {
  it.each<[string, Partial<DoctorFacts>, Partial<Finding>]>([
    ["none", {}, { state: "fine", text: "No check is required" }],
    [
      "one that reports",
      githubFacts({ required: ["test"] }),
      { state: "fine", text: "Required, and seen on `main`: `test`" },
    ],
    [
      "one that never does",
      githubFacts({ required: ["test", "lint"] }),
      {
        state: "todo",
        text: "Required, and not seen on the last commit of `main`: `lint`",
        todo: "Each release would wait for that. Let it run on pushes to `main` too (`on: push`), or require it no more.",
      },
    ],
    [
      "one that never does, and the workflow that could",
      { ...githubFacts({ required: ["lint"] }), files: workflow(onPull) },
      {
        todo: "Each release would wait for that. Let `lint.yml` run on pushes to `main` too (`on: push`), or require it no more.",
      },
    ],
    [
      "one that never does, of a workflow that should",
      { ...githubFacts({ required: ["lint"] }), files: workflow(onPush) },
      {
        todo: "Each release would wait for that. Let it run on pushes to `main` too (`on: push`), or require it no more.",
      },
    ],
    [
      "nothing was merged yet",
      githubFacts({ required: ["lint"], commits: [] }),
      { state: "fine", text: "`main` has no commit yet" },
    ],
  ])("%s", (_, change, expected) => {
    expect(findOf("required checks", change)).toMatchObject(expected);
  });
});

const SILENT = [{ sha: sha(2), contexts: [] }];

describe("the line about checks", () => {
  it.each<[string, Partial<DoctorFacts>, Partial<Finding>]>([
    ["some", {}, { state: "fine", text: "Releases wait for `test`" }],
    ["no commit", githubFacts({ commits: [] }), { text: "`main` has no commit yet" }],
    [
      "none",
      githubFacts({ commits: SILENT }),
      {
        state: "todo",
        text: "No check ran on the last commit of `main`",
        offered: ["checks: required"],
      },
    ],
    [
      "none, where the policy asks for some",
      { ...githubFacts({ commits: SILENT }), policy: { ...DEFAULT_POLICY, checks: "required" } },
      {
        state: "todo",
        todo: "The policy says `checks: required`, so nothing is released. Test pushes to the branch.",
        offered: [],
      },
    ],
    [
      "by git: a workflow",
      { github: null, files: workflow(onPush) },
      { state: "fine", text: "Pushes to `main` start `lint.yml`, and releases wait for it" },
    ],
    [
      "by git: two workflows",
      {
        github: null,
        files: filesOf({ ".github/workflows/a.yml": onPush, ".github/workflows/b.yml": onPush }),
      },
      { text: "Pushes to `main` start `a.yml` and `b.yml`, and releases wait for them" },
    ],
    [
      "by git: another service",
      { github: null, files: filesOf({ ".travis.yml": null }) },
      { state: "fine", text: "Other CI tests it: `.travis.yml`" },
    ],
    [
      "by git: nothing",
      { github: null, files: workflow(onPull) },
      { state: "todo", text: "No workflow runs on pushes to `main`" },
    ],
  ])("%s", (_, change, expected) => {
    expect(findOf("checks", change)).toMatchObject(expected);
  });
});

describe("the lines about settings", () => {
  it.each<[Finding["name"], string, Partial<DoctorFacts>, Partial<Finding>]>([
    ["issues", "off", githubFacts({ hasIssues: false }), { state: "todo" }],
    ["Actions", "no workflow", {}, { state: "fine", text: "No workflow runs on pushes to `main`" }],
    ["Actions", "jobs", { files: workflow(onPush) }, { text: "GitHub Actions run here" }],
    [
      "Actions",
      "no commit",
      { ...githubFacts({ commits: [] }), files: workflow(onPush) },
      { state: "fine" },
    ],
    [
      "Actions",
      "no job",
      {
        ...githubFacts({
          commits: [...SILENT, { sha: sha(3), contexts: [{ name: "ci", isJob: false }] }],
        }),
        files: workflow(onPush),
      },
      { state: "todo", text: "`lint.yml` left no check on the last 2 commits" },
    ],
    ["permissions", "all", {}, { state: "fine", text: "The App has all that it asks for" }],
    ["permissions", "of a token", githubFacts({ missing: null }), { state: "unknown" }],
    [
      "permissions",
      "not all",
      githubFacts({
        missing: [
          { permission: "issues: write", cost: "no comments" },
          { permission: "checks: write", cost: "nothing is said on commits" },
        ],
      }),
      {
        state: "todo",
        text: "Not granted: `issues: write` (no comments) and `checks: write` (nothing is said on commits)",
      },
    ],
  ])("%s: %s", (name, _, change, expected) => {
    expect(findOf(name, change)).toMatchObject(expected);
  });

  it("say nothing that a fresh repository would have to do", () => {
    expect(doctorFacts().github?.hasIssues).toBe(true);
    expect(findOf("issues")).toMatchObject({ state: "fine" });
  });
});
