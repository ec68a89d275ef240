import { describe, expect, it } from "@jest/globals";
import * as fc from "fast-check";
import { judgeBatch } from "../../src/core/batch.ts";
import type { UnitFiles } from "../../src/core/changes.ts";
import { listOtherLines } from "../../src/core/lines.ts";
import { groupLines, planLinked } from "../../src/core/linked.ts";
import type { Order } from "../../src/core/memory.ts";
import { plan } from "../../src/core/plan.ts";
import { DEFAULT_POLICY } from "../../src/core/policy/policy-schema.ts";
import type { Policy } from "../../src/core/policy/policy-schema.ts";
import type { LineState, TagSeen } from "../../src/core/state.ts";
import {
  batchOf,
  check,
  commit,
  head,
  memory,
  NOON,
  policyFile,
  sha,
  tag,
} from "../support/states.ts";

const CORE = { name: "core", path: "packages/core" };
const CLI = { name: "cli", path: "packages/cli" };
const PLUGIN = { name: "plugin", path: "packages/core/plugins/x" };
const NAMES = ["core", "cli", "plugin"];
const TEXT = `version: 1
components:
  - { name: core, path: packages/core }
  - { name: cli, path: packages/cli }
  - { name: plugin, path: packages/core/plugins/x }
`;

function filesOf(number: number, paths: readonly string[] | null): UnitFiles {
  const files = (paths ?? []).map((path) => ({ path, previousPath: null }));
  return { pull: number, sha: sha(number), files, isComplete: paths !== null };
}

/** One fix a change, from pull 2 on, as `component` sees them. Null: not known. */
function stateOf(
  component: string,
  changes: readonly (readonly string[] | null)[],
  change: Partial<LineState> = {},
): LineState {
  return batchOf(
    changes.map((_, at) => ({ title: `fix: ${at}` })),
    {
      line: { repositoryId: 42, branch: "main", component, channel: "stable" },
      policyFile: policyFile(TEXT),
      unitFiles: changes.map((paths, at) => filesOf(at + 2, paths)),
      ...change,
    },
  );
}

function linesOf(changes: readonly (readonly string[] | null)[]): string[] {
  const components = [CORE, CLI, PLUGIN];
  return ["", ...NAMES].filter(
    (name) => judgeBatch(stateOf(name, changes), { components }).units.length > 0,
  );
}

describe("a change is", () => {
  it.each<[string, readonly string[] | null, string[]]>([
    ["the component's whose file it touches", ["packages/core/a.js"], ["core"]],
    [
      "both components' whose files it touches",
      ["packages/core/a.js", "packages/cli/b.js"],
      ["core", "cli"],
    ],
    ["the root's where it touches none", ["README.md", "packages/other/a.js"], [""]],
    ["not the root's where it touches one", ["README.md", "packages/cli/a.js"], ["cli"]],
    ["not a component's whose name its folder begins with", ["packages/core-tools/a.js"], [""]],
    ["the inner component's alone", ["packages/core/plugins/x/a.js"], ["plugin"]],
    ["the component's whose path is a file", ["packages/cli"], ["cli"]],
    ["the root's where it has no files", [], [""]],
    ["every component's where its files are not known", null, NAMES],
  ])("%s", (_, paths, lines) => {
    expect(linesOf([paths])).toEqual(lines);
  });

  it("in at least one line, whatever it touches", () => {
    const path = fc.constantFrom(
      "a",
      "packages/core/x",
      "packages/cli/y",
      "packages/core/plugins/x/z",
    );
    const paths = fc.oneof(fc.array(path, { maxLength: 5 }), fc.constant(null));
    fc.assert(
      fc.property(fc.array(paths, { minLength: 1, maxLength: 6 }), (changes) => {
        for (const change of changes) expect(linesOf([change]).length).toBeGreaterThan(0);
      }),
    );
  });

  it("of the component that is the whole repository, where no other one has it", () => {
    const components = [{ name: "core", path: "." }, CLI];
    const has = (name: string, path: string) =>
      judgeBatch(stateOf(name, [[path]]), { components }).units.length;
    expect(["core", "cli", ""].map((name) => has(name, "README.md"))).toEqual([1, 0, 0]);
    expect(["core", "cli", ""].map((name) => has(name, "packages/cli/a"))).toEqual([0, 1, 0]);
  });

  it("of a moved file both components'", () => {
    const moved = { path: "packages/cli/a.js", previousPath: "packages/core/a.js" };
    const unitFiles = [{ ...filesOf(2, []), files: [moved] }];
    const has = (name: string) =>
      judgeBatch(stateOf(name, [[]], { unitFiles }), { components: [CORE, CLI] }).units.length;
    expect([has("core"), has("cli"), has("")]).toEqual([1, 1, 0]);
  });
});

describe("a component", () => {
  const core = { tags: [tag("core-v1.0.0"), tag("v1.4.2")], baseTag: tag("core-v1.0.0") };

  it("has tags, title and notes of its own", () => {
    const state = stateOf("core", [["packages/core/a.js"], ["packages/cli/a.js"]], core);
    const [release] = plan(state, NOON).actions.filter(({ kind }) => kind === "publishRelease");
    expect(release).toMatchObject({ tag: "core-v1.0.1", title: "core-v1.0.1", isLatest: false });
    expect(release).toMatchObject({ card: { units: [{ pull: 2 }], line: { component: "core" } } });
  });

  it("says whose files are not known", () => {
    const state = stateOf("core", [["packages/core/a.js"], null], {
      ...core,
      head: head({ sha: sha(3), checks: [check("ci", { state: "red" })] }),
    });
    expect(plan(state, NOON).reason.detail).toContain(
      "Not all files of #3 are known, so every component has it.",
    );
    const { reason } = plan(stateOf("core", [null], core), NOON);
    expect([reason.state, reason.detail]).toEqual([
      "releasing",
      "Not all files of #2 are known, so every component has it.",
    ]);
  });

  it("tells nobody at once: another one may have said it", () => {
    const { actions } = plan(stateOf("core", [["packages/core/a.js"]], core), NOON);
    expect(actions.some(({ kind }) => kind === "announce")).toBe(false);
  });

  it("begins with 0.1.0 where it was never released", () => {
    const none = { tags: [tag("v1.4.2")], baseTag: null };
    expect(plan(stateOf("core", [["packages/core/a.js"]], none), NOON).version).toBe("0.1.0");
  });

  it("leaves a root without versions alone", () => {
    const none = { tags: [tag("core-v1.0.0")], baseTag: null, releases: [] };
    const { reason, actions } = plan(stateOf("", [["README.md"]], none), NOON);
    expect(reason).toMatchObject({ code: "no-root", text: "rides along: #2 touched no component" });
    expect(actions.some(({ kind }) => kind === "createTag")).toBe(false);
  });
});

const baseOf = (name: string, change: Partial<TagSeen> = {}) => ({
  tags: [tag(name, change), tag("v1.4.2")],
  baseTag: tag(name, change),
  policyFile: policyFile(`${TEXT}linked: [[core, cli]]\n`),
});

describe("what touches no component", () => {
  it.each(["fix: x", "docs: x"])("waits for a version of the whole repository: %s", (title) => {
    const state = stateOf("", [["README.md"]], { tags: [], baseTag: null, releases: [] });
    const pulls = state.pulls.map((own) => ({ ...own, title }));
    expect(plan({ ...state, pulls }, NOON).reason).toMatchObject({
      code: "no-root",
      text: "rides along: #2 touched no component",
    });
  });
});

function ordered(state: LineState, change: Partial<Order> = {}): LineState {
  const base = state.baseTag?.name ?? null;
  const order = { how: "as", version: "2.0.0", level: "patch", base, by: "mona" } as const;
  const kept = { ...order, url: "https://x", at: NOON - 2, ...change };
  return { ...state, memory: memory({ order: kept }) };
}

describe("linked components", () => {
  const linked: Policy = {
    ...DEFAULT_POLICY,
    components: [CORE, CLI, PLUGIN],
    linked: [["core", "cli"]],
  };
  const CHANGES = [["packages/cli/a.js"]];
  const core = stateOf("core", CHANGES, baseOf("core-v1.3.0"));
  const cli = stateOf("cli", CHANGES, baseOf("cli-v1.3.0"));
  const tagsOf = (states: readonly LineState[]) =>
    planLinked(states, linked, NOON).map(({ plan: { actions, reason } }) => {
      const made = actions.find((action) => action.kind === "createTag");
      return made === undefined ? reason.text : `${made.tag} on ${made.sha.slice(-1)}`;
    });

  it("are planned together", () => {
    const line = { repositoryId: 42, branch: "main", component: "", channel: "stable" };
    const groups = groupLines(linked, listOtherLines(linked, { line, branches: [] }));
    expect(groups.map((group) => group.map(({ component }) => component))).toEqual([
      ["core", "cli"],
      ["plugin"],
    ]);
  });

  it("have one version on one commit, with or without a change of their own", () => {
    expect(tagsOf([core, cli])).toEqual(["core-v1.3.1 on 2", "cli-v1.3.1 on 2"]);
  });

  it("follow the highest of them", () => {
    const behind = stateOf("cli", CHANGES, baseOf("cli-v0.9.0", { sha: sha(0) }));
    const at = { ...core, commits: [], commitCount: 0, unitFiles: [] };
    expect(tagsOf([at, behind])).toEqual(["core-v1.3.1 on 2", "cli-v1.3.1 on 2"]);
  });

  it("catch up on the commit of the others after an interruption, before anything new", () => {
    const done = stateOf("core", CHANGES, baseOf("core-v1.3.1", { sha: sha(2) }));
    const state = {
      ...stateOf("cli", [...CHANGES, ["packages/core/b.js"]], baseOf("cli-v1.3.0")),
    };
    const newer = {
      ...stateOf(
        "core",
        [...CHANGES, ["packages/core/b.js"]],
        baseOf("core-v1.3.1", { sha: sha(2) }),
      ),
    };
    const only = { ...newer, commits: newer.commits.slice(0, 1), commitCount: 1 };
    expect(tagsOf([done, state])[1]).toBe("cli-v1.3.1 on 2");
    expect(tagsOf([only, state])).toEqual(["held: core-v1.3.2 waits for cli", "cli-v1.3.1 on 2"]);
  });

  it("begin with one version, and with nothing where nobody asks", () => {
    const first = { ...baseOf("v1.4.2"), tags: [], baseTag: null, releases: [] };
    const states = ["core", "cli"].map((name) => stateOf(name, CHANGES, first));
    expect(tagsOf(states)).toEqual(["core-v0.1.0 on 2", "cli-v0.1.0 on 2"]);
    const docs = states.map((state) => ({
      ...state,
      pulls: state.pulls.map((own) => ({ ...own, title: "docs: x" })),
    }));
    expect(tagsOf(docs)).toEqual([expect.stringMatching(/^nothing/), "rides along: docs only"]);
  });

  it("rise by a minor version together", () => {
    const grown = [core, cli].map((state) => ({
      ...state,
      pulls: state.pulls.map((own) => ({ ...own, title: "feat: x" })),
    }));
    expect(tagsOf(grown)).toEqual(["core-v1.4.0 on 2", "cli-v1.4.0 on 2"]);
  });

  it("go under the version that somebody gave to one of them, once", () => {
    const both = ["core-v2.0.0 on 2", "cli-v2.0.0 on 2"];
    expect(tagsOf([ordered(core), cli])).toEqual(both);
    expect(tagsOf([core, ordered(cli)])).toEqual(both);
    // The newer one counts.
    expect(tagsOf([ordered(core, { version: "3.0.0", at: NOON - 3 }), ordered(cli)])).toEqual(both);
    expect(tagsOf([ordered(core, { base: "core-v1.2.0" }), cli])).toEqual([
      "core-v1.3.1 on 2",
      "cli-v1.3.1 on 2",
    ]);
  });

  it("may be given their first version of all", () => {
    const first = { ...baseOf("v1.4.2"), tags: [], baseTag: null, releases: [] };
    const [own, other] = [stateOf("core", CHANGES, first), stateOf("cli", CHANGES, first)];
    expect(tagsOf([ordered(own, { version: "1.0.0" }), other])).toEqual([
      "core-v1.0.0 on 2",
      "cli-v1.0.0 on 2",
    ]);
  });

  it("go together where what only rides along was asked for", () => {
    const docs = [core, cli].map((state) => ({
      ...state,
      pulls: state.pulls.map((own) => ({ ...own, title: "docs: x" })),
    }));
    const [first = core, second = cli] = docs;
    expect(tagsOf([first, ordered(second, { how: "now", version: null })])).toEqual([
      "core-v1.3.1 on 2",
      "cli-v1.3.1 on 2",
    ]);
  });

  it("are not let go by an order to another one beyond what was seen", () => {
    const breaking = { ...cli, pulls: cli.pulls.map((own) => ({ ...own, title: "feat!: x" })) };
    const order = { how: "now", version: null, level: "major" } as const;
    expect(tagsOf([ordered(core, order), breaking])[1]).toMatch(/^prepared: cli-v2\.0\.0/);
    expect(tagsOf([core, ordered(breaking, order)])).toEqual([
      "core-v2.0.0 on 2",
      "cli-v2.0.0 on 2",
    ]);
  });

  it("wait for each other", () => {
    const breaking = { ...cli, pulls: cli.pulls.map((own) => ({ ...own, title: "feat!: x" })) };
    const [first, second] = tagsOf([core, breaking]);
    expect(first).toBe("held: core-v2.0.0 waits for cli");
    expect(second).toMatch(/^prepared: cli-v2\.0\.0 is breaking/);
  });
});

const patched = (titles: readonly string[], rest = "") =>
  batchOf(
    titles.map((title) => ({ title })),
    { policyFile: policyFile(`version: 1\nversioning: patch\n${rest}`) },
  );

const patchLevel = (commits: LineState["commits"]) =>
  judgeBatch({ ...patched(["docs: x"]), commits }, { versioning: "patch" }).level;

describe("versioning: patch", () => {
  it.each([
    ["a feature", ["feat: x"]],
    ["documentation", ["docs: x"]],
    ["what says nothing", ["Do it"]],
  ])("releases %s as a patch", (_, titles) => {
    const planned = plan(patched(titles), NOON);
    expect([planned.version, planned.reason.state]).toEqual(["1.4.3", "releasing"]);
  });

  it("also where the policy releases patches alone, and nothing where it releases nothing", () => {
    expect(plan(patched(["feat: x"], "auto: patch\n"), NOON).reason.state).toBe("releasing");
    expect(plan(patched(["fix: x"], "auto: none\n"), NOON).reason.state).toBe("prepared");
  });

  it("prepares a breaking change, as a patch", () => {
    const { reason, version } = plan(patched(["feat!: x"]), NOON);
    expect([reason.state, version]).toEqual(["prepared", "1.4.3"]);
    expect(plan(patched(["feat!: x"], "auto: major\n"), NOON).version).toBe("1.4.3");
  });

  it("releases nothing for a merge that brought only what is there already", () => {
    const merge = commit(3, { parents: [sha(1), sha(2)], message: "Merge branch 'topic'" });
    expect(patchLevel([merge])).toBe("none");
    expect(patchLevel([merge, commit(2, { pulls: [2] })])).toBe("patch");
  });

  it("leaves out what takes each other back", () => {
    const own = batchOf(
      [{ title: "feat: x" }, { title: 'Revert "feat: x"', body: "Reverts acme/widgets#2" }],
      { policyFile: policyFile("version: 1\nversioning: patch\n") },
    );
    expect(plan(own, NOON).reason.code).toBe("cancelled-out");
  });
});
