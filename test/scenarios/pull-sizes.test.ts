import { describe, expect, it } from "@jest/globals";
import { openPullOf } from "../../src/local-github/person.ts";
import { commitFiles } from "../../src/local-github/seed.ts";
import { act, openHearing } from "../support/hearing.ts";
import { commitMany } from "../support/many-files.ts";
import { enqueue } from "../support/merge-queue.ts";
import type { Scenario, ScenarioOptions } from "../support/scenario.ts";
import { useStage } from "../support/stage.ts";

const stage = useStage();

const NAME = "smallbatch/size";
const lines = (count: number, word = "line"): string => `${word}\n`.repeat(count);

async function open(options: ScenarioOptions = {}) {
  const { scenario, store, hearing } = await openHearing(stage, options);
  // One process: what it knows of commits, it knows in the next look.
  const forge = scenario.forge();
  /** Gives back what was asked of GitHub. */
  const look = async (): Promise<readonly string[]> => {
    const before = stage.github.requests.length;
    for (const { interpretation } of await hearing.take()) store.hear(interpretation);
    await scenario.lookAs(scenario.place, forge);
    return stage.github.requests.slice(before).map(nameOf);
  };
  const commit = (branch: string, files: Record<string, string | null>): Promise<string> =>
    commitFiles(stage.github.github, scenario.repository, { branch, message: branch, files });
  const propose = async (branch: string, files: Record<string, string | null>) => {
    await commit(branch, files);
    return openPullOf(scenario.place, stage.people.wilma, {
      head: branch,
      base: "main",
      title: `feat: ${branch}`,
    });
  };
  return { scenario, look, commit, propose };
}

/** `POST check-runs`; a GraphQL document is `read`. */
function nameOf({ method, path }: (typeof stage.github.requests)[number]): string {
  return path === "/graphql" ? "read" : `${method} ${path.split("/").slice(4).join("/")}`;
}

/** Every size check of the repository: by commit, so that none can stand twice on one. */
function checks({ repository }: Scenario): ReadonlyMap<string, string> {
  const runs = stage.github.github.data.checkRuns.filter(
    (run) => run.repositoryId === repository.id && run.name === NAME,
  );
  const found = new Map(
    runs.map((run) => [run.headSha, `${run.output.title} ${run.conclusion}`] as const),
  );
  if (found.size !== runs.length) throw new Error("Two size checks stand on one commit");
  return found;
}

describe("the size check of an open pull", () => {
  it("stands on every new head, and costs nothing while nothing changes", async () => {
    const { scenario, look, commit, propose } = await open();
    await look();
    const number = await propose("grow", { "src/a.js": lines(12), "yarn.lock": lines(90) });
    expect(await look()).toEqual([
      "read",
      "read",
      expect.stringMatching(/^GET compare\/main\.\.\.[0-9a-f]{40}$/),
      "read",
      "POST check-runs",
      "POST check-runs",
    ]);
    const first = await scenario.head("grow");
    const small = "12 weighted of 400 · 90 of lock files not counted success";
    expect(checks(scenario)).toEqual(new Map([[first, small]]));
    await act(scenario, stage.people.mona, ["POST", `issues/${number}/labels`], {
      labels: ["help wanted"],
    });
    expect(await look()).toEqual(["read", "read"]);
    const second = await commit("grow", { "src/a.js": lines(390) });
    // The commit that it left its base at is known, and so are its attributes.
    expect(await look()).toEqual([
      "read",
      "read",
      expect.stringMatching(/^GET compare/),
      "POST check-runs",
      "POST check-runs",
    ]);
    expect(checks(scenario)).toEqual(
      new Map([
        [first, small],
        [second, "390 weighted of 400 · 90 of lock files not counted success"],
      ]),
    );
    expect(await scenario.comments(number)).toEqual([]);
  });

  it("is not there where a repository is only watched, nor where the policy has it off", async () => {
    for (const policy of [null, "version: 1\nsize: { check: off }\n"]) {
      const { scenario, look, propose } = await open({ policy });
      await propose("grow", { "src/a.js": lines(2_000) });
      await look();
      expect(checks(scenario).size).toBe(0);
    }
  });

  it("reads attributes where the pull left its base, in every folder, and not its own", async () => {
    const { scenario, look, propose } = await open();
    await scenario.commit("mark", {
      ".gitattributes": "*.pb.go linguist-generated\n",
      "deep/er/.gitattributes": "*.pb.go -linguist-generated\n*.txt linguist-vendored\n",
    });
    await look();
    await propose("marks", {
      "a.pb.go": lines(50),
      "deep/er/b.pb.go": lines(7),
      "deep/er/c.txt": lines(60),
      "own/.gitattributes": "* linguist-generated\n",
      "own/d.js": lines(9),
    });
    await look();
    const sha = await scenario.head("marks");
    expect(checks(scenario).get(sha)).toBe("17 weighted of 400 · 110 not counted success");
  });

  it("is measured again where its base changes, and on every branch", async () => {
    const { scenario, look, commit, propose } = await open();
    await commit("side", { "src/a.js": lines(30), "src/b.js": lines(4) });
    await act(scenario, stage.people.mona, ["POST", "git/refs"], {
      ref: "refs/heads/upper",
      sha: await scenario.head("side"),
    });
    const number = await propose("upper", { "src/c.js": lines(5) });
    await look();
    const sha = await scenario.head("upper");
    expect(checks(scenario).get(sha)).toBe("39 weighted of 400 success");
    const move = { base: "side" };
    await act(scenario, stage.people.wilma, ["PATCH", `pulls/${number}`], move);
    await look();
    expect(checks(scenario)).toEqual(new Map([[sha, "5 weighted of 400 success"]]));
  });

  it("is written again when somebody asks for it, also on a fork's pull", async () => {
    const { scenario, look, propose } = await open();
    await propose("again", { "src/a.js": lines(12) });
    await look();
    const { checkRuns } = stage.github.github.data;
    const runs = () => checkRuns.filter((run) => run.repositoryId === scenario.repository.id);
    const size = runs().find((run) => run.name === NAME);
    if (size === undefined) throw new Error("No size check");
    size.output.title = "spoiled";
    await act(scenario, stage.people.wilma, ["POST", `check-runs/${size.id}/rerequest`]);
    expect((await look()).filter((name) => name.startsWith("PATCH"))).toHaveLength(2);
    expect(checks(scenario)).toEqual(
      new Map([[await scenario.head("again"), "12 weighted of 400 success"]]),
    );
    expect((await look()).filter((name) => !name.startsWith("read"))).toEqual([]);
  });

  it("stands on the newer of two heads that were pushed within a second", async () => {
    const { scenario, look, commit, propose } = await open();
    await propose("fast", { "src/a.js": lines(12) });
    await look();
    const first = await scenario.head("fast");
    const between = await commit("fast", { "src/a.js": lines(500) });
    const last = await commit("fast", { "src/a.js": lines(2_000) });
    await look();
    expect(checks(scenario).get(between)).toBeUndefined();
    expect([checks(scenario).get(first), checks(scenario).get(last)]).toEqual([
      "12 weighted of 400 success",
      "too large: 2,000 weighted of 1,000 neutral",
    ]);
  });

  it("fails only where the policy requires it, also on drafts and on forks", async () => {
    const { scenario, look } = await open({
      policy: "version: 1\nsize: { check: required, limit: { lines: 40 } }\n",
    });
    await act(scenario, stage.people.otto, ["POST", "forks"]);
    const { github } = stage.github;
    const fork = github.data.repositories.find((each) => each.forkOfId === scenario.repository.id);
    if (fork === undefined) throw new Error("No fork");
    const sha = await commitFiles(github, fork, {
      branch: "idea",
      message: "an idea",
      files: { "idea.js": lines(41) },
      author: "otto",
    });
    const pull = { title: "feat: an idea", head: "otto:idea", base: "main", draft: true };
    await act(scenario, stage.people.otto, ["POST", "pulls"], pull);
    await look();
    expect(checks(scenario)).toEqual(new Map([[sha, "too large: 41 weighted of 40 failure"]]));
    const { number } = github.data.issues.at(-1) ?? { number: 0 };
    expect(await scenario.comments(number)).toEqual([]);
  });
});

describe("a pull over the limit", () => {
  it("is told once, in the comment that is edited in place, and told when it shrinks", async () => {
    const { scenario, look, commit, propose } = await open({
      policy: "version: 1\nsize: { labels: on }\n",
    });
    const number = await propose("huge", { "src/a.js": lines(1_200) });
    await look();
    const told = await scenario.comments(number);
    expect(told).toHaveLength(1);
    expect(told[0]).toContain("1,200 weighted lines, where 1,000 are the limit");
    const names = () => stage.github.github.issue(scenario.repository.id, number)?.labels;
    expect(names()).toEqual(["size/XXL"]);
    await commit("huge", { "src/a.js": lines(1_100) });
    await look();
    expect(await scenario.comments(number)).toEqual([
      expect.stringContaining("1,100 weighted lines, where 1,000 are the limit"),
    ]);
    await commit("huge", { "src/a.js": lines(20) });
    await look();
    expect(await scenario.comments(number)).toEqual([
      expect.stringContaining("<summary>No longer too large: 20 weighted of 400</summary>"),
    ]);
    expect(names()).toEqual(["size/S"]);
    const sha = await commit("huge", { "src/a.js": lines(21) });
    const asked = await look();
    expect(asked.filter((name) => name.startsWith("PATCH"))).toEqual([]);
    expect(checks(scenario).get(sha)).toBe("21 weighted of 400 success");
  });

  it("is shown what could go on its own, by the commits that it is made of", async () => {
    const { scenario, look, commit, propose } = await open();
    await commit("parts", { "api/a.js": lines(300) });
    const number = await propose("parts", { "web/b.js": lines(320) });
    const asked = await look();
    expect(asked.filter((name) => /^GET commits\/[0-9a-f]{40}$/.test(name))).toHaveLength(2);
    const sha = await scenario.head("parts");
    const run = stage.github.github.data.checkRuns.find(
      ({ headSha, name }) => headSha === sha && name === NAME,
    );
    expect(run?.output.summary).toMatch(
      /### What could go on its own\n\n1\. [^]*`(?:api\/a|web\/b)\.js`[^]*\n2\. /,
    );
    expect(await scenario.comments(number)).toEqual([]);
  });

  it("keeps what the same comment says of commands, and the other way round", async () => {
    const { scenario, look, commit, propose } = await open();
    const number = await propose("huge", { "src/a.js": lines(1_200) });
    await look();
    await act(scenario, stage.people.otto, ["POST", `issues/${number}/comments`], {
      body: "/release now",
    });
    await look();
    const [said = "", ...rest] = await scenario.comments(number);
    expect(rest).toEqual([]);
    expect(said).toContain("this was not done");
    expect(said).toContain("1,200 weighted lines");
    await commit("huge", { "src/a.js": lines(3) });
    await look();
    expect(await scenario.comments(number)).toEqual([
      expect.stringMatching(/this was not done[^]+No longer too large: 3 weighted/),
    ]);
  });
});

describe("the size check under a policy that was never valid", () => {
  it("says what is wrong and holds nothing, until it is mended", async () => {
    const { scenario, look, propose } = await open({ policy: "version: 1\nsize: { limit: 9 }\n" });
    const number = await propose("grow", { "src/a.js": lines(12) });
    await look();
    const sha = await scenario.head("grow");
    expect(checks(scenario).get(sha)).toBe("not measured: the policy is not valid neutral");
    const run = stage.github.github.data.checkRuns.find(
      ({ headSha, name }) => headSha === sha && name === NAME,
    );
    expect(run?.output.summary).toContain(".github/smallbatch.yml:2:");
    expect((await look()).filter((name) => !name.startsWith("read"))).toEqual([]);
    const group = await enqueue(stage, scenario, number);
    await look();
    expect(checks(scenario).get(group)).toBe("1 pull request, none in the way success");
    await scenario.commit("mend", { ".github/smallbatch.yml": "version: 1\n" });
    await act(scenario, stage.people.wilma, ["POST", `check-runs/${run?.id}/rerequest`]);
    await look();
    expect(checks(scenario).get(sha)).toBe("12 weighted of 400 success");
  });
});

const previewOn = (sha: string) =>
  stage.github.github.data.checkRuns.find(
    ({ headSha, name }) => headSha === sha && name === "smallbatch/preview",
  );

describe("the checks of a merge group", () => {
  it("says what each of its pulls says, and fails only where one of them does", async () => {
    const { scenario, look, propose } = await open({
      policy: "version: 1\nsize: { check: required, limit: { lines: 40 } }\n",
    });
    const small = await propose("small", { "src/a.js": lines(12) });
    const large = await propose("large", { "src/b.js": lines(41) });
    await look();
    const first = await enqueue(stage, scenario, small);
    await look();
    expect(checks(scenario).get(first)).toBe("1 pull request, none in the way success");
    const second = await enqueue(stage, scenario, large);
    await look();
    expect(checks(scenario).get(second)).toBe(`too large: #${large} failure`);
    const preview = previewOn(second);
    expect([preview?.output.title, preview?.conclusion]).toEqual([
      "2 pull requests; each says what it would release",
      "success",
    ]);
    expect(preview?.output.summary).toMatch(new RegExp(`#${small} \\| would release v[\\d.]+ `));
    expect((await look()).filter((name) => !name.startsWith("read"))).toEqual([]);
  });

  it("is green on advice, also where its pulls were not looked at before", async () => {
    const { scenario, look, propose } = await open();
    const numbers = [
      await propose("one", { "src/a.js": lines(12) }),
      await propose("two", { "src/b.js": lines(2_000) }),
    ];
    await enqueue(stage, scenario, numbers[0] ?? 0);
    const group = await enqueue(stage, scenario, numbers[1] ?? 0);
    await look();
    expect(checks(scenario).get(group)).toBe("2 pull requests, none in the way success");
    const run = stage.github.github.data.checkRuns.find(
      ({ headSha, name }) => headSha === group && name === NAME,
    );
    expect(run?.output.summary).toContain("| too large: 2,000 weighted of 1,000 | neutral |");
    await act(scenario, stage.people.wilma, ["POST", `check-runs/${run?.id}/rerequest`]);
    const asked = await look();
    expect(asked.filter((name) => name === `PATCH check-runs/${run?.id}`)).toHaveLength(1);
  });
});

describe("the size of what GitHub does not list whole", () => {
  it("is too large with 3,200 files, and unknown where none of those listed counts", async () => {
    const { scenario, look } = await open();
    for (const folder of ["src", "vendor/example.com/x"]) {
      const branch = folder.slice(0, 3);
      const files = Array.from(
        { length: 3_200 },
        (_, at) => [`${folder}/${at}.js`, "1\n"] as const,
      );
      await commitMany(stage, scenario, branch, files);
      const pull = { head: branch, base: "main", title: `feat: ${folder}` };
      await openPullOf(scenario.place, stage.people.wilma, pull);
    }
    await look();
    expect(checks(scenario).get(await scenario.head("src"))).toBe(
      "too large: at least 3,000 weighted of 1,000 neutral",
    );
    expect(checks(scenario).get(await scenario.head("ven"))).toBe(
      "size unknown: at least 0 weighted of 400 · 3,000 vendored not counted neutral",
    );
  });

  it("is found in shorter pages where a long answer gives files no lines, also of what moved", async () => {
    const { scenario, look, commit } = await open();
    const old = Array.from({ length: 90 }, (_, at) => `line ${at}\n`).join("");
    await scenario.commit("before", { "old.js": old });
    // Of the second even ten files are too long for one answer: GraphQL gives their lines.
    for (const [branch, count] of [["long", 60] as const, ["longer", 20] as const]) {
      const text = lines(60_000 / count);
      const files = Array.from({ length: count }, (_, at) => [`api/${at}.js`, text] as const);
      await commitMany(stage, scenario, branch, files);
      await commit(branch, { "old.js": null, "zz.js": `${old}one\ntwo\n` });
      const pull = { head: branch, base: "main", title: `feat: ${branch}` };
      await openPullOf(scenario.place, stage.people.wilma, pull);
    }
    await commit("one", { "src/one.js": lines(60_000) });
    const one = { head: "one", base: "main", title: "feat: one" };
    await openPullOf(scenario.place, stage.people.wilma, one);
    await look();
    expect([...checks(scenario).values()]).toEqual([
      "too large: 60,002 weighted of 1,000 neutral",
      "too large: 60,002 weighted of 1,000 neutral",
      "too large: 60,000 weighted of 1,000 neutral",
    ]);
  });
});
