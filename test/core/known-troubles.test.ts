/**
 * What release tools are known to get wrong about content, batches and versions, by the numbers of
 * docs/known-troubles.md; what stands there without a test says why it cannot happen.
 */
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import { chooseBase } from "../../src/core/base.ts";
import { judgeBatch } from "../../src/core/batch.ts";
import { plan } from "../../src/core/plan.ts";
import type { LineState } from "../../src/core/state.ts";
import {
  ALICE,
  batchOf,
  check,
  commit,
  HOUR,
  head,
  label,
  lineState,
  memory,
  NOON,
  policyFile,
  pull,
  release,
  sha,
  tag,
} from "../support/states.ts";

function released(state: LineState) {
  const planned = plan(state, NOON);
  const made = planned.actions.find((action) => action.kind === "publishRelease");
  return { version: planned.version, reason: planned.reason, body: made?.body ?? "", made };
}

/** Numbers of the pulls in the notes, in order, each as often as it stands there. */
function listed(body: string): number[] {
  const notes = body.split("<details>")[0] ?? "";
  return [...notes.matchAll(/^- .*\(#(\d+)\)/gm)].map((match) => Number(match[1]));
}

function read(file: string): string {
  return readFileSync(new URL(`../../${file}`, import.meta.url), "utf8");
}

describe("docs/known-troubles.md", () => {
  const rows = [
    ...read("docs/known-troubles.md").matchAll(/^(\d+)\. \*\*[^*]+\*\* (.+(?:\n {3}.+)*)/gm),
  ].map(([, number = "", why = ""]) => ({ number, why }));

  it("says of each of the 41 why it cannot happen, and names tests that exist", () => {
    expect(rows.map(({ number }) => Number(number))).toEqual(
      [...Array(41).keys()].map((at) => at + 1),
    );
    const paths = rows.flatMap(({ why }) => [...why.matchAll(/`(test\/[^`]+)`/g)]);
    expect(paths.length).toBeGreaterThan(10);
    for (const [, path = ""] of paths) {
      expect([path, existsSync(new URL(`../../${path}`, import.meta.url))]).toEqual([path, true]);
    }
  });

  it("has a test here for each that says so, and for no other", () => {
    const titles = read("test/core/known-troubles.test.ts").matchAll(
      /^ {2}it\("((?:[ABC]\d+(?:, )?)+):/gm,
    );
    const tested = [...titles].flatMap(([, ids = ""]) => ids.split(", ").map((id) => id.slice(1)));
    const said = rows.filter(({ why }) => why.includes("**test**")).map(({ number }) => number);
    expect(said).toEqual(tested.toSorted((left, right) => Number(left) - Number(right)));
  });
});

describe("A. lost or wrong content", () => {
  it("A1: parentheses in a body, nested or unclosed, lose nothing", () => {
    for (const message of ["MIN(COALESCE(a, b))", "unclosed (", "a\n(b\n\n)) c("]) {
      const { version, body } = released(batchOf([{ title: "fix: x", message }]));
      expect([version, listed(body)]).toEqual(["1.4.3", [2]]);
    }
  });

  it("A2: a body of 132 KB is read as far as it says something, and the unit stays", () => {
    const message = `${"x (".repeat(44_000)}\n\nBREAKING CHANGE: at its end`;
    const { version, body } = released(batchOf([{ title: "fix: x", message }]));
    expect([version, listed(body)]).toEqual(["1.4.3", [2]]);
  });

  it("A4: a squash under a title without a type is released all the same", () => {
    const { version, body } = released(
      batchOf([{ title: "Do several things", message: "* feat: a\n* fix: b" }]),
    );
    expect([version, listed(body)]).toEqual(["1.4.3", [2]]);
  });

  it("A5: an order is of one line, and the others keep their versions", () => {
    const order = {
      how: "as",
      version: "3.0.0",
      level: "patch",
      base: "v1.4.2",
      by: "ada",
      url: "https://github.com/acme/widgets/pull/2#issuecomment-1",
      at: NOON,
    } as const;
    const state = batchOf([{ title: "fix: x" }], { memory: memory({ order }) });
    expect(plan(state, NOON).version).toBe("3.0.0");
    const unitFiles = [
      { pull: 2, sha: sha(2), files: [{ path: "core/a", previousPath: null }], isComplete: true },
    ];
    const core = batchOf([{ title: "fix: x" }], {
      line: { repositoryId: 42, branch: "main", component: "core", channel: "stable" },
      policyFile: policyFile("version: 1\ncomponents: [{ name: core, path: core }]\n"),
      tags: [tag("core-v0.2.0")],
      baseTag: tag("core-v0.2.0"),
      unitFiles,
    });
    expect(plan(core, NOON).version).toBe("0.2.1");
  });

  it("A6: a pull that was merged by a merge commit stands in the notes once", () => {
    const state = lineState({
      commits: [
        commit(4, {
          parents: [sha(1), sha(3)],
          message: "Merge pull request #4 from x",
          pulls: [4],
        }),
        commit(3, { parents: [sha(2)], message: "fix: b", pulls: [4] }),
        commit(2, { parents: [sha(1)], message: "fix: a", pulls: [4] }),
      ],
      commitCount: 3,
      head: head({ sha: sha(4) }),
      pulls: [pull(4, { title: "fix: both" })],
    });
    expect(listed(released(state).body)).toEqual([4]);
  });

  const FEATURE = { title: "feat!: new api" };
  const BUTTON = { title: 'Revert "feat!: new api (#2)"', body: "Reverts acme/widgets#2" };

  it("A7: work that was taken back is not listed as a change", () => {
    const { body } = released(batchOf([FEATURE, BUTTON, { title: "fix: y" }]));
    const [changes = "", undone = ""] = body.split("### Cancelled out");
    expect(listed(changes)).toEqual([4]);
    expect(listed(undone)).toEqual([2, 3]);
  });

  it("A8, A9: a revert alone cuts a release, however it is worded", () => {
    const byGit = `Revert "feat: x"\n\nThis reverts commit ${"f".repeat(40)}.`;
    const pushed = lineState({ commits: [commit(2, { message: byGit })], pulls: [] });
    const byButton = batchOf([
      { title: 'Revert "feat: x (#1)" (#7)', body: "Reverts acme/widgets#1" },
    ]);
    for (const state of [pushed, byButton]) expect(released(state).version).toBe("1.4.3");
  });

  it("A10: a breaking change that was taken back moves no major version", () => {
    expect(released(batchOf([FEATURE, BUTTON, { title: "fix: y" }])).version).toBe("1.4.3");
  });

  it("A11: the newest pull is there also where GitHub's index lags behind its merge", () => {
    const state = batchOf([{ title: "fix: a" }, { title: "fix: b" }]);
    const commits = state.commits.map((own) => ({ ...own, pulls: [] }));
    expect(listed(released({ ...state, commits }).body)).toEqual([2, 3]);
  });

  it("A12: a pull that is not merged, or not here, is in no batch", () => {
    const state = batchOf([{ title: "fix: a" }]);
    const pulls = [...state.pulls, pull(8), pull(9, { baseBranch: "next" })];
    expect(listed(released({ ...state, pulls }).body)).toEqual([2]);
  });

  it("A13: a base that cannot be reached is a hold, and never the whole history", () => {
    const tags = [tag("v1.5.0", { isAncestor: false }), tag("v1.4.2")];
    const { reason, made } = released(batchOf([{ title: "fix: a" }], { tags }));
    expect([reason.code, made]).toEqual(["base-not-highest", undefined]);
  });

  it("A14: a patch on a side branch hides nothing of the main one", () => {
    const tags = [tag("v1.4.3", { isAncestor: false, sha: sha(99) }), tag("v1.4.2")];
    const state = batchOf([{ title: "fix: a" }, { title: "feat: b" }], {
      tags,
      policyFile: policyFile("version: 1\nmaintenance: on\n"),
      maintenanceBranches: ["1.4.x"],
    });
    const { version, body } = released(state);
    expect([version, listed(body)]).toEqual(["1.5.0", [3, 2]]);
  });

  it("A15: a change in two components is in both, and in no other one", () => {
    const components = ["a", "b", "c"].map((name) => ({ name, path: name }));
    const files = ["a/x", "b/y"].map((path) => ({ path, previousPath: null }));
    const unitFiles = [{ pull: 2, sha: sha(2), files, isComplete: true }];
    const found = ["", "a", "b", "c"].filter((component) => {
      const line = { repositoryId: 42, branch: "main", component, channel: "stable" };
      const state = batchOf([{ title: "fix: x" }], { line, unitFiles });
      return judgeBatch(state, { components }).units.length > 0;
    });
    expect(found).toEqual(["a", "b"]);
  });

  it("A16: notes that are too long are cut before the tag is made", () => {
    const titles = Array.from({ length: 900 }, (_, at) => ({
      title: `fix: ${at} ${"x".repeat(150)}`,
    }));
    const { made, body } = released(batchOf(titles));
    expect(made?.tag).toBe("v1.4.3");
    expect(body.length).toBeLessThan(120_000);
    expect(body).toMatch(/…and \d+ more/);
  });

  it("A17: a pull of thousands of files is never taken for a small one", () => {
    const components = [{ name: "core", path: "core" }];
    const unitFiles = [{ pull: 2, sha: sha(2), files: [], isComplete: false }];
    const line = { repositoryId: 42, branch: "main", component: "core", channel: "stable" };
    const state = batchOf([{ title: "fix: x" }], { line, unitFiles });
    expect(judgeBatch(state, { components }).units).toHaveLength(1);
  });
});

describe("B. races, duplicates, partial failure", () => {
  it("B18, B31: what was merged after the green commit is in the next release", () => {
    const state = batchOf([{ title: "fix: a" }, { title: "fix: b" }], {
      head: head({ sha: sha(3), checks: [check("ci/test", { state: "pending" })] }),
    });
    expect(released(state).made).toBeUndefined();
  });

  it("B24, B28: a version whose tag stands already is a hold that names it", () => {
    const tags = [tag("v1.4.3", { isAncestor: false, sha: sha(77) }), tag("v1.4.2")];
    const policy = policyFile("version: 1\nbase: v1.4.2\n");
    const { reason } = released(batchOf([{ title: "fix: a" }], { tags, policyFile: policy }));
    expect(reason).toMatchObject({ code: "tag-taken", blockedBy: ["v1.4.3"] });
  });

  it("B25, B26: a tag without its release is finished, with what it was to carry", () => {
    const intent = { tag: "v1.4.3", sha: sha(2) };
    const state = batchOf([{ title: "fix: a" }], {
      tags: [tag("v1.4.3", { sha: sha(2) }), tag("v1.4.2")],
      unfinished: tag("v1.4.3", { sha: sha(2) }),
      memory: memory({ intent }),
    });
    const { actions } = plan(state, NOON);
    expect(actions.some(({ kind }) => kind === "createTag")).toBe(false);
    expect(listed(released(state).body)).toEqual([2]);
  });
});

describe("C. state, configuration, bootstrap", () => {
  it("C32: nothing that people may write on a pull blocks the releases after it", () => {
    const labels = ["autorelease: pending", "release:huge"].map((name) => label(name, "write"));
    const body = "<!-- anything -->\nversion: 9.9.9";
    expect(released(batchOf([{ title: "fix: a", labels, body }])).version).toBe("1.4.3");
  });

  it("C33: a version that somebody asked for is used once", () => {
    const order = {
      how: "as",
      version: "2.0.0",
      level: "patch",
      base: "v1.4.2",
      by: "ada",
      url: "https://github.com/acme/widgets/pull/2#issuecomment-1",
      at: NOON - HOUR,
    } as const;
    const after = {
      tags: [tag("v2.0.0"), tag("v1.4.2", { sha: sha(0) })],
      releases: [release("v2.0.0")],
      baseTag: tag("v2.0.0"),
      memory: memory({ order }),
    };
    expect(plan(batchOf([{ title: "fix: a" }], after), NOON).version).toBe("2.0.1");
  });

  it("C34: a draft is no release, and hides no change", () => {
    const releases = [
      release("v1.4.3", { isDraft: true, publishedAt: null, sha: null }),
      release("v1.4.2"),
    ];
    const { version, body } = released(batchOf([{ title: "fix: a" }], { releases }));
    expect([version, listed(body)]).toEqual(["1.4.3", [2]]);
  });

  it("C35: a version that was taken away is not given again", () => {
    const state = batchOf([{ title: "fix: a" }], { memory: memory({ announcedTag: "v1.4.3" }) });
    expect(released(state).reason.code).toBe("tag-gone");
  });

  it("C38: tags of components with their own signs do not collide", () => {
    const names = ["@acme/core-v1.0.0", "core-tools-v2.0.0", "core-v0.3.0", "v9.9.9"];
    const line = { repositoryId: 42, branch: "main", component: "core", channel: "stable" };
    const components = ["core", "core-tools", "@acme/core"].map((name) => ({ name, path: name }));
    const text = `version: 1\ncomponents: ${JSON.stringify(components)}\n`;
    const state = batchOf([{ title: "fix: x" }], {
      line,
      policyFile: policyFile(text),
      tags: names.map((name) => tag(name)),
      baseTag: tag("core-v0.3.0"),
      unitFiles: [
        { pull: 2, sha: sha(2), files: [{ path: "core/a", previousPath: null }], isComplete: true },
      ],
    });
    expect(plan(state, NOON).version).toBe("0.3.1");
  });

  it("C39: a life below 1.0.0 stays there", () => {
    const young = { tags: [tag("v0.4.2")], releases: [release("v0.4.2")], baseTag: tag("v0.4.2") };
    const breaking = { ...young, policyFile: policyFile("version: 1\nauto: major\n") };
    expect(plan(batchOf([{ title: "feat!: a" }], breaking), NOON).version).toBe("0.5.0");
    expect(plan(batchOf([{ title: "feat: a" }], young), NOON).version).toBe("0.5.0");
    expect(plan(batchOf([{ title: "fix: a" }], young), NOON).version).toBe("0.4.3");
    expect(chooseBase({ tags: [], policyTag: null, policyBase: null })).toEqual({ kind: "none" });
  });

  it("C41: a release of a maintenance branch is never Latest", () => {
    const state = batchOf([{ title: "fix: a", baseBranch: "1.x", author: ALICE }], {
      line: { repositoryId: 42, branch: "1.x", component: "", channel: "stable" },
      policyFile: policyFile("version: 1\nmaintenance: on\n"),
      maintenanceBranches: ["1.x"],
    });
    expect(released(state).made).toMatchObject({ tag: "v1.4.3", isLatest: false });
  });
});
