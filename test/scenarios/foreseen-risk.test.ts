import { describe, expect, it } from "@jest/globals";
import { DeskScene } from "../support/desk-scene.ts";
import { issueOf } from "../support/rollback-scene.ts";
import { HOUR_MS, MINUTE_MS, useStage } from "../support/stage.ts";

const stage = useStage();

const MANIFEST = JSON.stringify({ name: "@acme/w", version: "1.4.3", main: "a.js" });

/** A release of one pull, and the desk that says so. */
async function release(
  scene: DeskScene,
  title: string,
  files: Readonly<Record<string, string>>,
): Promise<number> {
  const { number, sha } = await scene.scenario.mergeFiles(title, files);
  await scene.scenario.status(sha, "success");
  await scene.look();
  stage.clock.advance(MINUTE_MS);
  await scene.rest();
  return number;
}

/** v1.4.3 with everything that deserves a look, and v1.4.4, which changed a file of it again. */
async function openRisky(): Promise<{ readonly scene: DeskScene; readonly later: number }> {
  const scene = await DeskScene.open(stage, { desk: true });
  await release(scene, "fix: set it on fire", {
    "a.js": "1\n",
    "package.json": MANIFEST,
    "db/migrate/1_add.sql": "ALTER TABLE a ADD b int;\n",
    ".github/workflows/ci.yml": "on: push\njobs: {}\n",
  });
  const later = await release(scene, "fix: mend the same file", { "a.js": "1\n2\n" });
  return { scene, later };
}

/** What the desk folds below the box of a release: its summary, and its rows. */
function foretold({ body }: DeskScene, tag: string): { summary: string; rows: string } {
  const [, below = ""] = body.split(`**Roll back ${tag}**`);
  const found = /<details><summary>Risk: (.+?)<\/summary>\n\n([\s\S]+?)\n\n<\/details>/.exec(below);
  return { summary: found?.[1] ?? "", rows: found?.[2] ?? "" };
}

/** The part of the rollback issue; pulls are links there. */
function toldAfter(scene: DeskScene): string {
  const body = issueOf(stage, scene.scenario).body ?? "";
  const [, risk = ""] = /### Risk\n\n([\s\S]+?)\n\n###/.exec(body) ?? [];
  return risk.replaceAll(/\[(`#\d+`)\]\([^)]+\)/g, "$1");
}

describe("the risk of a rollback", () => {
  it("stands on the desk before anybody ticks, and the issue says the same after", async () => {
    const { scene, later } = await openRisky();
    const { summary, rows } = foretold(scene, "v1.4.3");
    expect(summary).toBe(
      "1 migration; 1 file of 4 changed again since; 1 workflow file; installed from npm; " +
        "1 pull request with 1 fix lost until the next release",
    );
    expect(rows).toContain("- **Database:** it changed 1 migration (`db/migrate/1_add.sql`).");
    expect(rows).toContain(`(\`a.js\`) was changed again by \`#${later}\` (in [v1.4.4](`);
    expect(rows).toContain("- **Workflows:** it changed 1 workflow file");
    expect(rows).toContain("whoever has `@acme/w 1.4.3` (npm) keeps it");
    expect(rows).toContain("- **Lost until the next release:** 1 pull request of [v1.4.4](");
    expect(scene.body).toContain(
      "  No good release before it is known; nobody knows how many pull requests go with it; 2 later releases hold it too. " +
        "It is the first release that is known of its line: there is no code to go back to. [With",
    );
    const link = /\[With a reason, by an issue\]\((\S+body=%2Frollback%20v1\.4\.3\S+)\)/.exec(
      scene.body,
    );
    const { searchParams } = new URL(link?.[1] ?? "");
    expect(searchParams.get("body")).toContain(
      `\nLatest goes to v1.4.2; 2 pull requests go with it`,
    );
    expect(searchParams.get("body")).toContain(`Risk: ${summary}.`);

    await scene.edit(
      stage.people.wilma,
      scene.body.replace(/^- \[ \](?= <!-- smallbatch:desk rollback .* tag=v1\.4\.3 )/m, "- [x]"),
    );
    const requests = await scene.requestsOf(() => scene.look());
    expect(requests.filter((name) => name.startsWith("GET compare/"))).toEqual([]);
    expect(toldAfter(scene)).toBe(rows);
  });

  it("is read once: a look costs one request again, and a merge one more for all releases", async () => {
    const { scene } = await openRisky();
    stage.clock.advance(HOUR_MS);
    expect(await scene.requestsOf(() => scene.look())).toEqual(["graphql"]);
    const { scenario } = scene;
    const { number, sha } = await scenario.mergeFiles("feat!: rename", { "a.js": "3\n" });
    await scenario.status(sha, "success");
    const requests = await scene.requestsOf(() => scene.rest());
    expect(requests.filter((name) => name.startsWith("GET "))).toEqual([]);
    for (const tag of ["v1.4.3", "v1.4.4"]) {
      expect(foretold(scene, tag).rows).toContain(`\`#${number}\` (not released yet)`);
    }
    expect(await scene.requestsOf(() => scene.look())).toEqual(["graphql"]);
  });

  it("is read again after the database is lost, and comes to the same", async () => {
    const { scene } = await openRisky();
    const told = () => ["v1.4.3", "v1.4.4"].map((tag) => foretold(scene, tag));
    const before = told();
    scene.forget();
    await scene.rest();
    expect(told()).toEqual(before);
    expect(before[0]?.rows).not.toBe("");
    stage.clock.advance(HOUR_MS);
    await scene.rest();
    expect(await scene.requestsOf(() => scene.look())).toEqual(["graphql"]);
  });

  it("is said not to be known while GitHub does not tell, and read then", async () => {
    const scene = await DeskScene.open(stage, { desk: true });
    const fault = stage.github.faults.failRequest({
      match: { method: "GET", path: /\/compare\// },
      times: 50,
      when: "before",
      how: "502",
    });
    await release(scene, "fix: set it on fire", { "schema.sql": "1\n" });
    expect(foretold(scene, "v1.4.3").summary).toBe("which files it changed is not read yet");
    fault.remove();
    stage.clock.advance(2 * MINUTE_MS);
    await scene.rest();
    expect(foretold(scene, "v1.4.3").summary).toBe("1 migration");
  });

  it("has work that was pushed without a pull, and says what stays to be read", async () => {
    const scene = await DeskScene.open(stage, { desk: true });
    const { scenario } = scene;
    await release(scene, "fix: a", { "a.js": "1\n" });
    let sha = "";
    for (let nth = 0; nth < 7; nth += 1) {
      sha = await scenario.commit(`feat!: ${nth}`, {
        [nth === 0 ? "a.js" : `b${nth}.js`]: `${nth}\n`,
      });
    }
    await scenario.status(sha, "success");
    await scene.look();
    expect(foretold(scene, "v1.4.3").summary).toBe("which files it changed is not read yet");
    stage.clock.advance(MINUTE_MS);
    await scene.rest();
    expect(foretold(scene, "v1.4.3").rows).toContain(
      "was changed again by commits that are of none of the pull requests we know",
    );
  });

  it("of many releases is read by several looks, so many requests each, the newest first", async () => {
    const scene = await DeskScene.open(stage, { desk: true });
    const { scenario } = scene;
    for (let patch = 3; patch <= 8; patch += 1) {
      await scenario.commit(`fix: part ${patch}`, { "a.js": `${patch}\n` });
      await scenario.release(`v1.4.${patch}`);
      stage.clock.advance(MINUTE_MS);
    }
    await scenario.mergeGreen("feat!: rename");
    const known = (): readonly boolean[] =>
      [8, 7, 6, 5, 4].map(
        (patch) => !foretold(scene, `v1.4.${patch}`).summary.includes("not read"),
      );
    const compared = async (): Promise<number> => {
      const requests = await scene.requestsOf(() => scene.look());
      stage.clock.advance(MINUTE_MS);
      return requests.filter((name) => name.startsWith("GET compare/")).length;
    };
    expect(await compared()).toBe(4);
    expect(known()).toEqual([true, true, true, true, false]);
    expect([await compared(), await compared()]).toEqual([1, 0]);
    expect(known()).toEqual([true, true, true, true, true]);
    // Made by hand, they have no card: what they changed tells all the same.
    expect(foretold(scene, "v1.4.7").rows).toContain(
      "1 file of its 1 (`a.js`) was changed again by commits that are of none of the pull requests we know",
    );
  });
});
