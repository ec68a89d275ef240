import { describe, expect, it } from "@jest/globals";
import type { DoctorFacts } from "../../src/core/doctor/doctor-facts.ts";
import { diagnose } from "../../src/core/doctor/doctor.ts";
import type { Finding } from "../../src/core/doctor/finding.ts";
import { listMissing } from "../../src/github/doctor-permissions.ts";
import { readDoctorFacts } from "../../src/github/doctor-reading.ts";
import { branchRuleset, tagRuleset } from "../support/rulesets.ts";
import { useBench } from "./bench.ts";
import type { Subject } from "./bench.ts";

const bench = useBench({ isClockReal: true });

async function examine(subject: Subject): Promise<DoctorFacts> {
  return readDoctorFacts(bench.mintingClient(), await subject.observe());
}

async function find(subject: Subject, name: Finding["name"]): Promise<Finding | undefined> {
  return diagnose(await examine(subject)).find((finding) => finding.name === name);
}

const RELEASE = [
  "name: Release",
  "on: { push: { tags: ['v*'] } }",
  "jobs:",
  "  build:",
  "    runs-on: ubuntu-latest",
  "    steps: [{ run: gh release upload x dist/* }]",
  "",
].join("\n");

describe("what the doctor reads from GitHub", () => {
  it("takes two requests where there is no file to read", async () => {
    const subject = await bench.open({ release: "v1.4.2" });
    const { github, ...facts } = await examine(subject);
    expect(facts).toMatchObject({ branch: "main", base: { kind: "base", version: "1.4.2" } });
    expect(github).toEqual({
      hasIssues: true,
      commits: [{ sha: await subject.head(), contexts: [] }],
      required: [],
      branchRules: { rulesets: [], reviews: 0, mayPush: null },
      tagRulesets: [],
      missing: [],
    });
    const state = await subject.observe();
    const client = bench.mintingClient();
    expect(await subject.requestsOf(() => readDoctorFacts(client, state))).toEqual([
      "POST /graphql",
      `GET /app/installations/${bench.installation.id}`,
    ]);
  });

  it("names workflows, tools and files at the head, and reads what they say", async () => {
    const subject = await bench.open({ release: "v1.4.2" });
    await subject.commit("chore: add files", {
      ".github/workflows/release.yml": RELEASE,
      ".changeset/config.json": "{}\n",
      "package.json": '{ "name": "widgets", "version": "1.4.2" }\n',
    });
    expect(await find(subject, "workflows")).toMatchObject({
      text: "The tag `v1.4.3` starts `Release` (`release.yml`)",
    });
    expect(await find(subject, "assets")).toMatchObject({ offered: ["publishWhen: [build]"] });
    expect(await find(subject, "other tools")).toMatchObject({ state: "todo" });
    expect(await find(subject, "version files")).toMatchObject({
      policy: ["files:", "  package: on"],
    });
  });

  it("finds the packages of workspaces below the folders it lists", async () => {
    const subject = await bench.open();
    await subject.commit("chore: add workspaces", {
      "package.json": '{ "private": true, "workspaces": ["packages/*"] }\n',
      "packages/core/package.json": '{ "name": "@acme/core" }\n',
      "packages/cli/package.json": '{ "name": "@acme/cli" }\n',
    });
    await subject.release("core-v1.0.0");
    expect(await find(subject, "workspaces")).toMatchObject({
      state: "todo",
      policy: [
        "components:",
        "  - { name: cli, path: packages/cli }",
        "  - { name: core, path: packages/core }",
      ],
    });
  });

  it("says which checks report, ours left out, and which required one never does", async () => {
    const subject = await bench.open({ release: "v1.4.2" });
    const sha = await subject.head();
    await subject.rest("POST", `/statuses/${sha}`, { state: "success", context: "ci/test" });
    const { owner, name } = subject.ref;
    await bench.client().rest({
      method: "POST",
      path: `/repos/${owner}/${name}/check-runs`,
      scope: { kind: "repository", repositoryId: subject.ref.id },
      body: { name: "smallbatch/release", head_sha: sha },
    });
    const checks = [{ context: "lint" }, { context: "ci/test" }];
    subject.repository.rulesets.push(
      branchRuleset([
        { type: "required_status_checks", parameters: { required_status_checks: checks } },
      ]),
    );
    expect((await examine(subject)).github?.commits[0]?.contexts).toEqual([
      { name: "ci/test", isJob: false },
    ]);
    expect(await find(subject, "required checks")).toMatchObject({
      state: "todo",
      text: "Required, and not seen on the last commit of `main`: `lint`",
    });
    expect(await find(subject, "branch rules")).toMatchObject({ state: "fine" });
  });

  it("tells an admin of the ruleset that refuses tags, unless the App may pass it by", async () => {
    const subject = await bench.open({ release: "v1.4.2" });
    const ruleset = tagRuleset({ id: 80 });
    subject.repository.rulesets.push(ruleset, tagRuleset({ id: 81, enforcement: "disabled" }));
    expect(await find(subject, "tag rules")).toMatchObject({
      state: "todo",
      text: "Ruleset `tags` lets nobody make tags such as `v1.4.3`",
    });
    ruleset.bypassAppIds.push(bench.installation.appId);
    expect(await find(subject, "tag rules")).toMatchObject({ state: "fine" });
  });

  it("says of an empty repository what can be said", async () => {
    const subject = await bench.open({ empty: true });
    expect(await find(subject, "base")).toMatchObject({ state: "fine" });
    expect(await find(subject, "checks")).toMatchObject({ text: "`main` has no commit yet" });
  });

  it("says that issues are off", async () => {
    const subject = await bench.open();
    subject.repository.hasIssues = false;
    expect(await find(subject, "issues")).toMatchObject({ state: "todo" });
  });
});

describe("permissions that an owner has not granted", () => {
  const all = {
    contents: "write",
    pull_requests: "write",
    issues: "write",
    checks: "write",
    statuses: "read",
    deployments: "read",
    merge_queues: "read",
  };

  it.each<[string, Record<string, string>, readonly { permission: string; cost: string }[]]>([
    ["nothing is missing", all, []],
    ["more than asked for", { ...all, statuses: "write" }, []],
    [
      "no issues",
      { ...all, issues: "read" },
      [
        {
          permission: "issues: write",
          cost: "no comments, `/release` is not obeyed, because nobody could see it",
        },
      ],
    ],
    [
      "no contents",
      { ...all, contents: "read" },
      [{ permission: "contents: write", cost: "nothing is released" }],
    ],
    [
      "no deployments",
      { ...all, deployments: "" },
      [
        {
          permission: "deployments: read",
          cost:
            "the desk says nothing of what may not be read, " +
            "work counts as usable when it is published, whether it is deployed or not",
        },
      ],
    ],
  ])("%s", (_, granted, missing) => {
    expect(listMissing(granted)).toEqual(missing);
  });

  it("is read from the installation, and unknown to a token", async () => {
    const subject = await bench.open();
    const { permissions } = bench.installation;
    bench.installation.permissions = { ...permissions, issues: "read" };
    try {
      expect(await find(subject, "permissions")).toMatchObject({ state: "todo" });
    } finally {
      bench.installation.permissions = permissions;
    }
    const state = await subject.observe();
    const facts = await readDoctorFacts(bench.client(), state);
    expect(facts.github?.missing).toBeNull();
  });
});
