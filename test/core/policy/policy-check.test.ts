import { describe, expect, it } from "@jest/globals";
import { plan } from "../../../src/core/plan.ts";
import { renderPolicyCheck } from "../../../src/core/policy/policy-check.ts";
import type { Foretold } from "../../../src/core/policy/policy-check.ts";
import { compareOutcomes } from "../../../src/core/policy/policy-outcome.ts";
import type { PullPolicy } from "../../../src/core/pulls/pull-policy.ts";
import type { LineState } from "../../../src/core/state.ts";
import { lineState, NOON, openPull, policyFile, sha } from "../../support/states.ts";

function policyOf(text: string | null, change: Partial<PullPolicy> = {}): PullPolicy {
  const file = text === null ? null : policyFile(text, { sha: sha(0xf11e) });
  return { file, is: "file", ourCheck: null, ...change };
}

function checkOf(
  policy: PullPolicy,
  {
    state = lineState(),
    foretold = null,
    base = "main",
  }: { state?: LineState; foretold?: Foretold | null; base?: string } = {},
) {
  const made = renderPolicyCheck(state, openPull({ policy, baseBranch: base }), foretold);
  if (made === null) throw new Error("Nothing to write");
  const json: unknown = JSON.parse(/```json\n(.*)\n```$/.exec(made.summary)?.[1] ?? "");
  return { ...made, json };
}

const outcome = (line: string, before: string | null, after: string | null) => ({
  outcomes: [{ line, before, after }],
  unseen: 0,
});

describe("the check on a pull that changes the policy", () => {
  it("is none on a pull that does not", () => {
    expect(renderPolicyCheck(lineState(), openPull(), null)).toBeNull();
  });

  it("fails with each error at its place, in the order of the file", () => {
    const made = checkOf(policyOf("version: 1\nautoo: patch\ncard: on\n"));
    expect(made).toMatchObject({
      name: "smallbatch/policy",
      sha: sha(77),
      existing: null,
      conclusion: "failure",
      title:
        '2 errors; line 2: unknown key "autoo"; did you mean "auto"?; ' +
        "line 3: this value is not allowed",
      annotations: [
        {
          path: ".github/smallbatch.yml",
          line: 2,
          column: 1,
          message:
            'autoo: unknown key "autoo"; did you mean "auto"?\n' +
            "It looks like this: auto: minor (or none, patch, major)",
        },
        { line: 3, column: 7 },
      ],
      json: { pull: 12, state: "invalid", errors: [{ line: 2 }, { line: 3 }] },
    });
    expect(made.summary).toContain("the last valid policy stays in force");
  });

  it.each<[string, Partial<PullPolicy>, string]>([
    ["[", {}, "1 error; line 1: "],
    ["x", { is: "link" }, "1 error; line 1: it is a symbolic link"],
    ["x", { is: "submodule" }, "1 error; line 1: it is a submodule"],
    ["x", { is: "folder" }, "1 error; line 1: it is a folder"],
    [
      "x",
      { file: policyFile("", { text: null }) },
      "1 error; line 1: the file is not a plain text",
    ],
    [
      "x",
      { file: policyFile("", { text: null, sizeBytes: 70_000 }) },
      "1 error; line 1: the file has 70000 bytes, more than 65536",
    ],
  ])("names what cannot be read: %s %j", (text, change, title) => {
    const made = checkOf(policyOf(text, change));
    expect(made.title).toContain(title);
    expect(made.annotations).toHaveLength(1);
  });

  it("has at most as many annotations as GitHub takes in one request", () => {
    const rows = Array.from({ length: 50 }, (_, at) => `  - { name: n${at}, path: /p${at}, x: 1 }`);
    const made = checkOf(policyOf(`version: 1\ncomponents:\n${rows.join("\n")}\n`));
    expect(made.title).toContain("100 errors; line 3: ");
    expect(made.annotations).toHaveLength(50);
  });

  it("is said once, and errors are never written over others", () => {
    const wrong = policyOf("version: 2\n");
    const { externalId } = checkOf(wrong);
    const ourCheck = { id: 5, title: "", externalId };
    const same = openPull({ policy: { ...wrong, ourCheck } });
    expect(renderPolicyCheck(lineState(), same, null)).toBeNull();
    const other = { ...ourCheck, externalId: "smallbatch:1:policy:0" };
    expect(checkOf({ ...wrong, ourCheck: other }).existing).toBeNull();
    expect(checkOf({ ...policyOf("version: 1\ncard: off\n"), ourCheck: other }).existing).toBe(
      other,
    );
  });

  it("says key by key what changes, and what that makes of each line", () => {
    const foretold = {
      outcomes: [
        { line: "", before: "prepared: v1.5.0 waits", after: "v1.5.0 is released" },
        { line: "next", before: null, after: "nothing merged since v1.4.2" },
        { line: "old", before: "rides along: docs only", after: null },
      ],
      unseen: 1,
    };
    const made = checkOf(policyOf("version: 1\nauto: patch\nwindow: {}\n"), { foretold });
    expect(made).toMatchObject({
      title: "valid; changes auto, window.quiet, window.longest and 1 more; v1.5.0 is released",
      conclusion: "success",
      json: { state: "valid", starts: false, linesNotSeen: 1 },
    });
    expect(made.annotations).toBeUndefined();
    expect(made.summary).toContain("- `auto`: `minor` becomes `patch`");
    expect(made.summary).toContain("- `window.quiet`: nothing becomes `10m`");
    expect(made.summary).toContain("  - now: prepared: v1.5.0 waits");
    expect(made.summary).toContain("- `next`\n  - now: no releases of its own");
    expect(made.summary).toContain("  - with this policy: no releases of its own");
    expect(made.summary).toContain("1 more line was not looked at.");
    expect(made.summary).toContain("<details><summary>The policy as it applies</summary>");
    const many = checkOf(policyOf("version: 1\nauto: patch\n"), {
      foretold: { ...outcome("core", "a", "b"), unseen: 2 },
    });
    expect(many.title).toBe("valid; changes auto; core: b");
    expect(many.summary).toContain("2 more lines were not looked at.");
  });

  it("says when nothing changes", () => {
    const made = checkOf(policyOf("# words\nversion: 1\n"));
    expect(made).toMatchObject({ title: "valid; changes no rule", conclusion: "success" });
    expect(made.summary).toContain("No rule changes");
    expect(made.summary).toContain("For what is merged now, nothing changes.");
    expect(checkOf(policyOf("version: 1\ncard: off\n")).title).toBe("valid; changes card");
  });

  it("says that a repository starts, and what with", () => {
    const state = lineState({ policyFile: null });
    const foretold = outcome("", "would release v1.4.3", "v1.4.3 is released");
    const made = checkOf(policyOf("version: 1\n"), { state, foretold });
    expect(made.title).toBe("valid; starts releases here; v1.4.3 is released");
    expect(made.json).toMatchObject({ starts: true, changes: [] });
    expect(made.summary).not.toContain("What changes");
  });

  it("says what ends where the policy is taken away, or what the operator then starts", () => {
    const foretold = outcome("", "v1.4.3 is released", "would release v1.4.3");
    const made = checkOf(policyOf(null), { foretold });
    expect(made).toMatchObject({
      title: "takes the policy away",
      conclusion: "neutral",
      json: { state: "removed" },
    });
    expect(made.summary).toContain("nothing is released here any more");
    expect(made.summary).toContain("  - without it: would release v1.4.3");
    const forced = checkOf(policyOf(null), { state: lineState({ isStartForced: true }) });
    expect(forced.summary).toContain("the defaults apply");
  });

  it("says where a policy counts, on other branches", () => {
    const made = checkOf(policyOf("version: 1\nauto: patch\n"), { base: "next" });
    expect(made.title).toBe("valid; it counts only on main");
    expect(made.summary).toContain("The policy is read on `main` alone");
    expect(made.summary).not.toContain("What is merged and not released");
    expect(checkOf(policyOf(null), { base: "next" }).title).toBe("removed; it counts only on main");
  });
});

function planned(state: LineState) {
  return { state, plan: plan(state, NOON) };
}

describe("what is merged, under another policy", () => {
  const root = planned(lineState());
  const line = { ...root.state.line, component: "core" };
  const core = planned(lineState({ line }));

  it("is told of lines that come, go and change, and of no others", () => {
    const held = planned(lineState({ policyFile: policyFile("version: 1\nauto: none\n") }));
    expect(compareOutcomes([root], { planned: [root], unseen: 0 })).toEqual([]);
    expect(compareOutcomes([root], { planned: [held, core], unseen: 0 })).toEqual([
      { line: "", before: "v1.4.3 is released", after: held.plan.reason.text },
      { line: "core", before: null, after: "v1.4.3 is released" },
    ]);
    expect(compareOutcomes([root, core], { planned: [root], unseen: 0 })).toEqual([
      { line: "core", before: "v1.4.3 is released", after: null },
    ]);
    expect(compareOutcomes([root, core], { planned: [root], unseen: 1 })).toEqual([]);
  });
});
