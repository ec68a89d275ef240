import { describe, expect, it } from "@jest/globals";
import { openPullOf } from "../../src/local-github/person.ts";
import { commitFiles } from "../../src/local-github/seed.ts";
import { fleetingStore } from "../../src/reconcile/fleeting-store.ts";
import { act, Hearing } from "../support/hearing.ts";
import type { ScenarioOptions } from "../support/scenario.ts";
import { useStage } from "../support/stage.ts";

const stage = useStage();

const FILE = ".github/smallbatch.yml";

async function open(options: ScenarioOptions = {}) {
  const store = fleetingStore();
  const scenario = await stage.open({ ...options, store });
  const hearing = new Hearing(stage, scenario);
  /** What was asked of GitHub, without documents that are asked anyway. */
  const look = async (): Promise<readonly string[]> => {
    for (const { interpretation } of await hearing.take()) store.hear(interpretation);
    const before = stage.github.requests.length;
    await scenario.look();
    return stage.github.requests
      .slice(before)
      .map(({ method, path }) => (path === "/graphql" ? "read" : `${method} ${path}`));
  };
  let branches = 0;
  /** A pull with these files; its number. */
  const propose = async (
    files: Parameters<typeof commitFiles>[2]["files"],
    { title = "chore: change the policy", base = "main" } = {},
  ): Promise<number> => {
    branches += 1;
    const head = `policy-${branches}`;
    const { github } = stage.github;
    await commitFiles(github, scenario.repository, { branch: head, message: title, files });
    return openPullOf(scenario.place, stage.people.wilma, { head, base, title });
  };
  const runs = (name: string) =>
    stage.github.github.data.checkRuns.filter(
      (run) => run.repositoryId === scenario.repository.id && run.name === name,
    );
  const titles = (): readonly string[] =>
    runs("smallbatch/policy").map(({ output, conclusion }) => `${output.title} ${conclusion}`);
  const summary = (): string => String(runs("smallbatch/policy").at(-1)?.output.summary);
  return { scenario, look, propose, runs, titles, summary };
}

describe("the check on a pull that changes the policy", () => {
  it("says key by key what changes, and what that makes of what is merged", async () => {
    const { scenario, look, propose, titles, summary, runs } = await open({
      policy: "version: 1\nauto: patch\n",
    });
    await scenario.mergeGreen("feat: a thing to wait for");
    await look();
    const text = "# All by itself.\nversion: 1\ncomments: off\nchannels: [next]\n";
    await propose({ [FILE]: text });
    await look();
    expect(titles()).toEqual([
      "valid; changes auto, comments, channels; v1.5.0 is released success",
    ]);
    expect(summary()).toContain("- `auto`: `patch` becomes `minor`");
    expect(summary()).toMatch(/now: prepared: .*\n {2}- with this policy: v1\.5\.0 is released/);
    expect(summary()).toMatch(
      /`next`\n {2}- now: no releases of its own\n {2}- with this policy: /,
    );
    expect(summary()).toContain("- `comments`: `off`, line 3");
    expect(summary()).toContain("- `auto`: `minor`, default");
    // The preview is judged by what it brings, too: by the policy that stands it would be prepared.
    expect(runs("smallbatch/preview").map(({ output }) => output.title)).toEqual([
      "would release v1.5.0 (rides along, with 1 other merged change)",
    ]);
    expect(Object.keys((await scenario.world()).tags)).toEqual(["v1.4.2"]);
  });

  it("shows errors at their lines, once, until they are mended", async () => {
    const { scenario, look, propose, titles, runs } = await open();
    const number = await propose({ [FILE]: "version: 1\nautoo: patch\ncard: on\n" });
    await look();
    expect(titles()).toEqual([
      '2 errors; line 2: unknown key "autoo"; did you mean "auto"?; line 3: this value is not allowed failure',
    ]);
    const [run] = runs("smallbatch/policy");
    expect(run?.annotationsCount).toBe(2);
    // Looked at again for another reason, it says nothing twice.
    await act(scenario, stage.people.wilma, ["PATCH", `pulls/${number}`], {
      title: "chore: again",
    });
    await look();
    expect(run?.annotationsCount).toBe(2);
    const { github } = stage.github;
    const text = "version: 1\nauto: patch\ncard: off\n";
    const files = { [FILE]: text };
    const mended = { branch: "policy-1", message: "chore: mend", files };
    await commitFiles(github, scenario.repository, mended);
    await look();
    expect(titles()).toContain("valid; changes auto, card success");
    expect(Object.keys((await scenario.world()).tags)).toEqual(["v1.4.2"]);
  });

  it("says what ends where the file is taken away, and what moving it away does", async () => {
    const { scenario, look, propose, titles, summary } = await open();
    await scenario.merge("fix: waits for its checks");
    await propose({ [FILE]: null });
    await propose({ [FILE]: null, ".github/smallbatch.yaml": "version: 1\n" });
    await look();
    expect(titles()).toEqual(["takes the policy away neutral", "takes the policy away neutral"]);
    expect(summary()).toContain("the repository is only watched until `.github/smallbatch.yml`");
    expect(summary()).toMatch(/now: held: .*\n {2}- without it: would release v1\.4\.3/);
  });

  it("says what a start begins with: nothing that was merged before has to wait", async () => {
    const { scenario, look, propose, titles } = await open({ policy: null });
    await scenario.mergeGreen("fix: merged before");
    await look();
    await propose({ [FILE]: "version: 1\n" }, { title: "chore: start" });
    await look();
    expect(titles()).toEqual(["valid; starts releases here; v1.4.3 is released success"]);
    const fresh = await open({ policy: null, release: null });
    await fresh.scenario.mergeGreen("feat: before there was any release");
    await fresh.look();
    await fresh.propose({ [FILE]: "version: 1\n" }, { title: "chore: start" });
    await fresh.look();
    expect(fresh.titles()).toEqual([
      "valid; starts releases here; nothing merged since the start success",
    ]);
    expect((await fresh.scenario.world()).tags).toEqual({});
  });

  it("reads a fork's file from here, takes no link for one, and bounds what it costs", async () => {
    const { scenario, look, titles, summary } = await open();
    await look();
    await act(scenario, stage.people.otto, ["POST", "forks"]);
    const { github } = stage.github;
    const fork = github.data.repositories.find((each) => each.forkOfId === scenario.repository.id);
    if (fork === undefined) throw new Error("No fork");
    const parts = Array.from({ length: 40 }, (_, at) => `  - { name: p${at}, path: p${at} }\n`);
    const files = { [FILE]: `version: 1\ncomponents:\n${parts.join("")}` };
    await commitFiles(github, fork, { branch: "many", message: "chore: many", files });
    const pull = { title: "chore: many", head: "otto:many", base: "main" };
    await act(scenario, stage.people.otto, ["POST", "pulls"], pull);
    const asked = await look();
    expect(titles()).toEqual([expect.stringMatching(/^valid; changes components.* success$/)]);
    expect(summary()).toContain("31 more lines were not looked at.");
    expect(asked.length).toBeLessThan(30);
    const base = await scenario.head();
    const by = stage.people.mona;
    const entry = { path: FILE, mode: "120000", type: "blob", content: "../elsewhere.yml" };
    const tree = await act(scenario, by, ["POST", "git/trees"], { base_tree: base, tree: [entry] });
    const commit = { message: "chore: link", tree: tree["sha"], parents: [base] };
    const { sha } = await act(scenario, by, ["POST", "git/commits"], commit);
    await act(scenario, by, ["POST", "git/refs"], { ref: "refs/heads/link", sha });
    await openPullOf(scenario.place, by, { head: "link", base: "main", title: "chore: link" });
    await look();
    expect(titles().at(-1)).toBe("1 error; line 1: it is a symbolic link failure");
  });

  it("is right on the proposal of the App, whose merge starts the repository", async () => {
    const { scenario, look, titles, runs } = await open({ policy: null, isSelected: true });
    await scenario.mergeGreen("fix: keep the colour of labels");
    await look();
    await look();
    expect(titles()).toEqual(["valid; starts releases here; v1.4.3 is released success"]);
    expect(runs("smallbatch/preview").map(({ output }) => output.title)).toEqual([
      "would release v1.4.3 (rides along, with 1 other merged change)",
    ]);
  });

  it("costs other pulls nothing, also where the policy has changed under them", async () => {
    const { scenario, look, propose, titles } = await open();
    const number = await propose({ "src/own.js": "1\n" }, { title: "fix: my own" });
    await scenario.commit("chore: a change of policy", { [FILE]: "version: 1\ncard: off\n" });
    await look();
    await act(scenario, stage.people.wilma, ["PATCH", `pulls/${number}`], { title: "fix: again" });
    expect(await look()).toEqual(["read", "read", expect.stringMatching(/^PATCH /)]);
    expect(titles()).toEqual([]);
  });
});
