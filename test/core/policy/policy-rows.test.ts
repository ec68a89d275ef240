import { describe, expect, it } from "@jest/globals";
import { comparePolicies, listPolicy, standingFile } from "../../../src/core/policy/policy-rows.ts";
import { POLICY_EXAMPLES, formatPolicySchema } from "../../../src/core/policy/policy-schema.ts";
import { lineState, memory, policyFile, sha } from "../../support/states.ts";

const valueOf = (text: string, key: string) =>
  listPolicy(policyFile(text)).find((row) => row.key === key);

describe("the policy as it applies", () => {
  it("has every key of the file's form, once", () => {
    const { properties } = formatPolicySchema() as { properties: Record<string, unknown> };
    const keys = listPolicy(policyFile()).map(({ key }) => key);
    expect(keys.toSorted()).toEqual(Object.keys(properties).toSorted());
    const order = Object.keys(POLICY_EXAMPLES).filter((key) => keys.includes(key));
    expect(keys).toEqual(order);
  });

  it.each([
    ["version: 1", "version", "1", 1],
    ["# first\nversion: 1\nauto: patch", "auto", "patch", 3],
    ["version: 1", "auto", "minor", null],
    ["version: 1", "headWait", "30m", null],
    ["version: 1", "untyped", "(by habit)", null],
    ["version: 1", "window", "(none)", null],
    ["version: 1\nwindow: {}", "window.quiet", "10m", null],
    ["version: 1\nwindow:\n  quiet: 5m", "window.quiet", "5m", 3],
    ["version: 1\nwindow:\n  quiet: 5m", "window.most", "20", null],
    ["version: 1\nchannels:\n  - next\n  - beta", "channels", "[ next, beta ]", 2],
    ["version: 1\ngates: { paths: { 'a/**': [ada] } }", "gates.paths", "{ a/**: [ ada ] }", 2],
  ])("%j: %s is %j, of line %j", (text, key, value, line) => {
    expect(valueOf(text, key)).toEqual({ key, value, line });
  });

  it("is empty where the file cannot be read", () => {
    expect(listPolicy(policyFile("a: [", {}))).toEqual([]);
    expect(listPolicy(policyFile("- version: 1"))).toEqual([]);
    expect(valueOf("", "version")?.line).toBeNull();
    expect(listPolicy(policyFile("", { text: null })).map(({ line }) => line)).not.toContain(1);
  });
});

describe("two policies", () => {
  it("differ in values, not in what is written down", () => {
    const usual = policyFile("version: 1\nauto: minor\n");
    expect(comparePolicies(policyFile(), usual)).toEqual([]);
    const other = policyFile("# now\ncomments: off\nversion: 1\nauto: patch\nwindow: {}\n");
    expect(comparePolicies(policyFile(), other)).toEqual([
      { key: "auto", before: "minor", after: "patch" },
      { key: "comments", before: "on", after: "off" },
      { key: "window.quiet", before: null, after: "10m" },
      { key: "window.longest", before: null, after: "4h" },
      { key: "window.most", before: null, after: "20" },
    ]);
  });

  it("differ in every key where one of them is none", () => {
    const count = listPolicy(policyFile()).length;
    expect(comparePolicies(null, policyFile())).toHaveLength(count);
    expect(comparePolicies(policyFile(), null)).toHaveLength(count);
    expect(comparePolicies(null, null)).toEqual([]);
  });
});

describe("the file that stands", () => {
  const wrong = policyFile("version: 2\n");
  const earlier = policyFile("version: 1\nauto: patch\n", { sha: sha(0xea) });

  it("is the one on the branch, else the last good one, else none", () => {
    expect(standingFile(lineState())).toEqual(policyFile());
    expect(standingFile(lineState({ policyFile: wrong, policyHistory: [earlier] }))).toBe(earlier);
    const remembered = memory({ lastGoodPolicy: earlier });
    expect(standingFile(lineState({ policyFile: wrong, memory: remembered }))).toBe(earlier);
    expect(standingFile(lineState({ policyFile: wrong }))).toBeNull();
    expect(standingFile(lineState({ policyFile: null }))).toBeNull();
  });
});
