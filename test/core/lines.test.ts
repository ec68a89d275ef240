import { describe, expect, it } from "@jest/globals";
import { chooseBase } from "../../src/core/base.ts";
import { checkNameOf } from "../../src/core/check.ts";
import {
  defaultLine,
  hasRoot,
  isDefaultLine,
  isForeignTag,
  isOwnBranch,
  isOwnVersion,
  listOtherLines,
  mayBeLatest,
  policyOf,
} from "../../src/core/lines.ts";
import type { Family } from "../../src/core/lines.ts";
import type { Order } from "../../src/core/memory.ts";
import { plan } from "../../src/core/plan.ts";
import { formatPolicyError } from "../../src/core/policy/policy-errors.ts";
import { DEFAULT_POLICY } from "../../src/core/policy/policy-schema.ts";
import type { Policy } from "../../src/core/policy/policy-schema.ts";
import { parsePolicy } from "../../src/core/policy/policy.ts";
import { isBelowEnd, isInRange, isMaintenanceBranch } from "../../src/core/range.ts";
import type { Line, LineState, TagSeen } from "../../src/core/state.ts";
import { nextPrerelease } from "../../src/core/version.ts";
import { batchOf, memory, NOON, policyFile, release, sha, tag } from "../support/states.ts";

const ROOT = defaultLine(42, "main");
const NEXT: Line = { ...ROOT, branch: "next", channel: "next" };
const OLD: Line = { ...ROOT, branch: "1.x" };
const CORE: Line = { ...ROOT, component: "core" };

function policy(change: Partial<Policy> = {}): Policy {
  return { ...DEFAULT_POLICY, ...change };
}

const COMPONENTS = [
  { name: "core", path: "packages/core" },
  { name: "cli", path: "packages/cli", tag: "cli@{version}", base: "cli@2.0.0" },
];

function family(line: Line, change: Partial<Policy> = {}, maintenance: string[] = []): Family {
  return { line, policy: policy(change), defaultBranch: "main", maintenance };
}

function show(lines: readonly Line[]): string[] {
  return lines.map(({ branch, component, channel }) => `${branch}/${component}/${channel}`);
}

describe("the lines of a repository", () => {
  it("are one, unless the policy says otherwise", () => {
    const branches = ["1.x", "1.2.x"];
    expect(listOtherLines(policy(), { line: ROOT, branches })).toEqual([]);
    const other = policy({ maintenance: "on" });
    expect(show(listOtherLines(other, { line: ROOT, branches }))).toEqual([
      "1.2.x//stable",
      "1.x//stable",
    ]);
  });

  it("are the default one and others", () => {
    const feature = { ...ROOT, branch: "feature" };
    const lines = [ROOT, CORE, NEXT, OLD, feature];
    expect(lines.map((line) => isDefaultLine(line, "main"))).toEqual([
      true,
      false,
      false,
      false,
      false,
    ]);
  });

  it("are components, channels with their components, and maintenance branches", () => {
    const own = policy({ components: COMPONENTS, channels: ["next"], maintenance: "on" });
    const branches = ["2.x", "main", "fix.x", "10.x"];
    expect(show(listOtherLines(own, { line: ROOT, branches }))).toEqual([
      "main/core/stable",
      "main/cli/stable",
      "next//next",
      "next/core/next",
      "next/cli/next",
      "10.x//stable",
      "2.x//stable",
    ]);
  });

  it("leave a default branch alone that is called like one of them", () => {
    const line = defaultLine(42, "12.x");
    const own = policy({ channels: ["next"], maintenance: "on" });
    expect(show(listOtherLines(own, { line, branches: ["12.x", "11.x"] }))).toEqual([
      "next//next",
      "11.x//stable",
    ]);
  });

  it("are at most 20 maintenance branches, the highest", () => {
    const branches = Array.from({ length: 30 }, (_, at) => `${at}.x`);
    const lines = listOtherLines(policy({ maintenance: "on" }), { line: ROOT, branches });
    expect(lines).toHaveLength(20);
    expect(lines.at(-1)?.branch).toBe("10.x");
  });

  it("have checks that people can tell apart", () => {
    const names = [ROOT, CORE, NEXT, { ...NEXT, component: "core" }, OLD].map((line) =>
      checkNameOf(line, "main"),
    );
    expect(names).toEqual([
      "smallbatch/release",
      "smallbatch/release (core)",
      "smallbatch/release (next)",
      "smallbatch/release (core, next)",
      "smallbatch/release (1.x)",
    ]);
  });

  it("read the policy each in its way", () => {
    const own = policy({ components: COMPONENTS, tag: "r{version}", base: "r1.0.0" });
    expect(policyOf(own, ROOT, "main")).toMatchObject({ tag: "r{version}", base: "r1.0.0" });
    expect(policyOf(own, CORE, "main")).toMatchObject({ tag: "core-v{version}", base: undefined });
    expect(policyOf(own, { ...ROOT, component: "cli" }, "main")).toMatchObject({
      tag: "cli@{version}",
      base: "cli@2.0.0",
    });
    expect(policyOf(own, OLD, "main")).toMatchObject({ tag: "r{version}", base: undefined });
  });
});

describe("a maintenance branch", () => {
  it.each([
    ["1.x", true],
    ["1.2.x", true],
    ["1.2.3.x", false],
    ["v1.x", false],
    ["x", false],
    ["1.x.x", false],
  ])("is called %s: %s", (branch, expected) => {
    expect(isMaintenanceBranch(branch)).toBe(expected);
  });

  it.each([
    ["1.4.2", "1.x", true, true],
    ["2.0.0", "1.x", false, false],
    ["0.9.0", "1.x", false, true],
    ["1.2.9", "1.2.x", true, true],
    ["1.3.0", "1.2.x", false, false],
    ["1.3.0-rc.1", "1.2.x", false, false],
  ])("%s in %s", (version, branch, isIn, isBelow) => {
    expect([isInRange(version, branch), isBelowEnd(version, branch)]).toEqual([isIn, isBelow]);
  });
});

const onBranch = (title: string, change: Partial<LineState> = {}) =>
  plan(
    batchOf([{ title, baseBranch: "1.4.x" }], {
      line: { ...OLD, branch: "1.4.x" },
      policyFile: policyFile("version: 1\nmaintenance: on\n"),
      maintenanceBranches: ["1.4.x"],
      ...change,
    }),
    NOON,
  );

describe("a change on a maintenance branch", () => {
  it("is released in its range", () => {
    expect(onBranch("fix: x")).toMatchObject({ version: "1.4.3", reason: { state: "releasing" } });
  });

  it("is held where it asks for a version outside, with what to do", () => {
    const { reason, actions } = onBranch("feat: x");
    expect(reason).toMatchObject({
      code: "out-of-range",
      text: "held: 1.5.0, which #2 asks for, is not in 1.4.x",
      blockedBy: ["#2"],
    });
    expect(reason.detail).toContain("label its pull request `release:patch`");
    expect(actions.map(({ kind }) => kind)).toEqual(["writeCheck"]);
  });

  it("is held where a person asks for a version outside", () => {
    const order: Order = {
      how: "as",
      version: "1.5.0",
      level: "patch",
      base: "v1.4.2",
      by: "bob",
      url: "https://github.com/acme/widgets/pull/2#issuecomment-1",
      at: NOON - 1_000,
    };
    const { reason } = onBranch("fix: x", { memory: memory({ order }) });
    expect(reason.text).toBe("held: 1.5.0 is not in 1.4.x");
  });
});

const choose = (line: Line, tags: TagSeen[], change: Partial<Policy> = {}, old: string[] = []) => {
  const own = family(line, change, old);
  const { tag: policyTag = null, base = null } = policyOf(own.policy, line, "main");
  const choice = chooseBase({ tags, policyTag, policyBase: base, family: own });
  return choice.kind === "base" ? choice.version : JSON.stringify(choice);
};

const has = (version: string, isAncestor: boolean | null, own: Family) =>
  isOwnVersion({ version, isAncestor }, own);

describe("tags of other lines", () => {
  it.each<[string, string, Line, boolean]>([
    ["of a component say nothing to the root", "core-v1.0.0", ROOT, true],
    ["in a component's own form neither", "cli@3.0.0", ROOT, true],
    ["of nobody are not foreign", "thing-v1.0.0", ROOT, false],
    ["of a channel say nothing to the root", "v1.5.0-next.1", ROOT, true],
    ["of another prerelease do", "v1.5.0-alpha.1", ROOT, false],
    ["of another channel say nothing to a channel", "v1.5.0-beta.1", NEXT, true],
    ["of its own do", "v1.5.0-next.1", NEXT, false],
    ["of the root are not the component's", "v1.4.2", CORE, false],
    ["of the other component say nothing", "cli@2.0.0", CORE, true],
  ])("%s (%s)", (_, name, line, expected) => {
    const own = family(line, { components: COMPONENTS, channels: ["next", "beta"] });
    expect(isForeignTag(name, own)).toBe(expected);
  });

  it("do not disturb the choice of the base", () => {
    const elsewhere = { isAncestor: false } as const;
    const channel = [tag("v1.5.0-next.2"), tag("v1.4.2")];
    expect(choose(ROOT, channel, { channels: ["next"] })).toBe("1.4.2");
    expect(choose(ROOT, channel)).toContain("base-prerelease");
    expect(choose(NEXT, [tag("v1.4.3", elsewhere), ...channel], { channels: ["next"] })).toBe(
      "1.4.2",
    );
    expect(choose(ROOT, [tag("v1.4.3", elsewhere), tag("v1.4.2")], {}, ["1.4.x"])).toBe("1.4.2");
    expect(choose(ROOT, [tag("v1.5.0", elsewhere), tag("v1.4.2")], {}, ["1.4.x"])).toContain(
      "base-not-highest",
    );
    expect(choose(OLD, [tag("v2.1.0", elsewhere), tag("v1.4.2")], {}, ["1.x"])).toBe("1.4.2");
    expect(choose(OLD, [tag("v1.5.0", elsewhere), tag("v1.4.2")], {}, ["1.x"])).toBe("1.4.2");
    const parts = { components: [{ name: "core", path: "a" }] };
    expect(choose(ROOT, [tag("core-v3.0.0"), tag("v1.4.2")], parts)).toBe("1.4.2");
    expect(choose(ROOT, [tag("core-v3.0.0")], parts)).toContain('"none"');
    expect(choose(CORE, [tag("core-v3.0.0"), tag("v1.4.2")], parts)).toBe("3.0.0");
    expect(choose(CORE, [tag("v1.4.2")], parts)).toContain('"none"');
    expect(choose(CORE, [tag("core@3.0.0"), tag("v1.4.2")], parts)).toContain("base-other-tags");
  });

  it("and releases belong to the line that their marker or version names", () => {
    const main = family(ROOT, { channels: ["next"] }, ["1.x"]);
    expect(["main", "trunk", "1.x", "next"].map((name) => isOwnBranch(name, main))).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect(isOwnBranch("next", family(ROOT))).toBe(true);
    const old = family(OLD, {}, ["1.x"]);
    expect(["1.x", "main"].map((name) => isOwnBranch(name, old))).toEqual([true, false]);
    expect(has("1.4.2", true, main)).toBe(true);
    expect(has("1.4.3", false, main)).toBe(false);
    expect(has("2.0.0", null, main)).toBe(true);
    expect([has("1.4.3", false, old), has("2.0.0", true, old)]).toEqual([true, false]);
  });
});

describe("GitHub's Latest", () => {
  const tags = [{ name: "core-v1.0.0" }, { name: "cli@2.0.0" }];
  const parts = { components: COMPONENTS };
  it("is the root's, and the first component's where there is no root", () => {
    const rooted = [...tags, { name: "v1.0.0" }];
    expect(mayBeLatest(family(ROOT, parts), rooted)).toBe(true);
    expect(mayBeLatest(family(CORE, parts), rooted)).toBe(false);
    expect(mayBeLatest(family(CORE, parts), tags)).toBe(true);
    expect(mayBeLatest(family({ ...ROOT, component: "cli" }, parts), tags)).toBe(false);
    expect(mayBeLatest(family(CORE, { ...parts, tag: "v{version}" }), tags)).toBe(false);
  });

  it("is never of a channel or a maintenance branch", () => {
    expect(mayBeLatest(family(NEXT), [])).toBe(false);
    expect(mayBeLatest(family(OLD), [])).toBe(false);
  });

  it("needs a root, which components alone have not", () => {
    expect(hasRoot(family(ROOT), [])).toBe(true);
    expect(hasRoot(family(ROOT, parts), tags)).toBe(false);
    expect(hasRoot(family(ROOT, { ...parts, base: "v1" }), tags)).toBe(true);
    expect(hasRoot(family(CORE, parts), tags)).toBe(true);
  });
});

const series = (base: string, change: Partial<LineState> = {}): LineState =>
  batchOf([{ title: "fix: x" }], {
    policyFile: policyFile(`version: 1\nbase: ${base}\n`),
    tags: [tag("v5.0.0-alpha.1"), tag("v4.9.0", { sha: sha(0) })],
    releases: [release("v5.0.0-alpha.1", { isPrerelease: true })],
    baseTag: tag("v5.0.0-alpha.1"),
    ...change,
  });

describe("a prerelease on the default branch", () => {
  it("asks which way to go", () => {
    const { reason } = plan(series("v5.0.0-alpha.1", { policyFile: policyFile() }), NOON);
    expect(reason.code).toBe("base-prerelease");
    expect(reason.detail).toContain("`base: v4.9.0`");
    expect(reason.detail).toContain("`base: v5.0.0-alpha.1`");
  });

  it("goes on with the next one where the policy says so", () => {
    const { actions } = plan(series("v5.0.0-alpha.1"), NOON);
    expect(actions.find(({ kind }) => kind === "publishRelease")).toMatchObject({
      tag: "v5.0.0-alpha.2",
      isPrerelease: true,
      isLatest: false,
    });
  });

  it("follows the highest of its name, which is above the policy's, and no other", () => {
    const tags = [
      tag("v5.0.0-beta.1"),
      tag("v5.0.0-alpha.3", { sha: sha(1) }),
      tag("v5.0.0-alpha.1", { sha: sha(0) }),
    ];
    const state = series("v5.0.0-alpha.1", { tags, baseTag: tags[1] ?? null });
    expect(plan(state, NOON).version).toBe("5.0.0-alpha.4");
  });

  it("ends with a stable tag that somebody made", () => {
    const tags = [tag("v5.0.0", { sha: sha(1) }), tag("v5.0.0-alpha.1", { sha: sha(0) })];
    const state = series("v5.0.0-alpha.1", { tags, baseTag: tags[0] ?? null });
    expect(plan(state, NOON).version).toBe("5.0.1");
  });

  it.each([
    ["5.0.0-alpha.1", "major", "5.0.0-alpha.2"],
    ["5.0.0-alpha.9", "patch", "5.0.0-alpha.10"],
    ["1.5.0-beta.1", "minor", "1.5.0-beta.2"],
    ["1.5.0-beta.1", "major", "2.0.0-beta.1"],
    ["1.4.3-rc.1", "minor", "1.5.0-rc.1"],
    ["0.5.0-rc.1", "major", "0.5.0-rc.2"],
    ["5.0.0-1", "patch", "5.0.0-2"],
  ] as const)("%s and a %s change give %s", (base, level, expected) => {
    expect(nextPrerelease(base, level)).toBe(expected);
  });
});

const check = (text: string): string => {
  const parsed = parsePolicy(policyFile(`version: 1\n${text}\n`));
  const [error] = parsed.kind === "invalid" ? parsed.errors : [];
  return error === undefined ? "" : formatPolicyError(error).replace(/^\S*?yml:/, "");
};

describe("a policy with lines", () => {
  it.each([
    ["channels: [next, beta]"],
    ["components: [{ name: '@acme/core', path: ./packages/core/ }]"],
    ["components: [{ name: all, path: . }]"],
    ["components: [{ name: all, path: ./ }]"],
    ["components: [{ name: a, path: a }, { name: b, path: b }]\nlinked: [[a, b]]"],
  ])("may say %s", (text) => {
    expect(check(text)).toBe("");
  });

  it.each([
    ["channels: [stable]", "2:12 channels[0]"],
    ["channels: [a/b]", "2:12 channels[0]"],
    ["channels: [next, next]", "2:11 channels: each channel stands once"],
    ["components: [{ name: a }]", "2:14 components[0].path: this key is missing"],
    ["components: [{ name: a, path: /a }]", "it is a folder or file of the repository"],
    ["components: [{ name: a, path: ../a }]", "it is a folder or file of the repository"],
    ["components: [{ name: a, path: 'a/*' }]", "it is a folder or file of the repository"],
    ["components: [{ name: 1.x, path: a }]", "a maintenance branch is called so"],
    ["components: [{ name: a, path: a, tagg: x }]", 'unknown key "tagg"; did you mean "tag"?'],
    [
      "components: [{ name: a, path: a }, { name: a, path: b }]",
      "2:13 components: each name stands once",
    ],
    ["components: [{ name: a, path: a, tag: 'v{version}' }]", "the tags of the whole repository"],
    [
      "tag: 'core-v{version}'\ncomponents: [{ name: core, path: a }]",
      "3:22 components[0].name: the tags of the whole repository",
    ],
    ["channels: [next]\ncomponents: [{ name: next, path: a }]", "a channel has the same name"],
    [
      "components: [{ name: a, path: a }]\nlinked: [[a, b]]",
      '3:14 linked[0][1]: there is no component "b"',
    ],
    [
      "components: [{ name: a, path: a }]\nlinked: [[a, a]]",
      "3:9 linked: each component is in one group",
    ],
    ["maintenance: yes", "2:14 maintenance: this value is not allowed (maintenance: off (or on))"],
  ])("is told what is wrong with %s", (text, expected) => {
    expect(check(text)).toContain(expected);
  });
});

const maintained = (title: string): LineState =>
  batchOf([{ title, baseBranch: "1.4.x" }], {
    line: { repositoryId: 42, branch: "1.4.x", component: "", channel: "stable" },
    maintenanceBranches: ["1.4.x"],
  });

describe("a maintenance branch", () => {
  it("releases what stays in its range", () => {
    expect(plan(maintained("fix: x"), NOON)).toMatchObject({
      version: "1.4.3",
      reason: { state: "releasing" },
    });
  });

  it("holds what does not, and says what to do", () => {
    const { reason, actions } = plan(maintained("feat: x"), NOON);
    expect(reason).toMatchObject({
      code: "out-of-range",
      text: "held: 1.5.0, which #2 asks for, is not in 1.4.x",
      blockedBy: ["#2"],
    });
    expect(reason.detail).toContain("label its pull request `release:patch`");
    expect(actions.some(({ kind }) => kind === "createTag")).toBe(false);
  });
});
