import { describe, expect, it } from "@jest/globals";
import { diagnose } from "../../src/core/doctor.ts";
import { FINDING_NAMES } from "../../src/core/finding.ts";
import type { Finding } from "../../src/core/finding.ts";
import { DEFAULT_POLICY } from "../../src/core/policy-schema.ts";
import { doctorFacts, v } from "../support/doctor-facts.ts";

type Facts = Parameters<typeof diagnose>[0];

function find(name: Finding["name"], change: Partial<Facts> = {}): Finding | undefined {
  return diagnose(doctorFacts(change)).find((finding) => finding.name === name);
}

const merges = (typed: number, untyped: number, labels: readonly string[] = []) => [
  ...Array.from({ length: typed }, () => ({ title: "fix: stop shrinking", labels: [] })),
  ...Array.from({ length: untyped }, () => ({ title: "Stop shrinking", labels })),
];

describe("the doctor", () => {
  it("says each thing once, in the order of its table", () => {
    const names = diagnose(doctorFacts()).map(({ name }) => name);
    expect(names).toEqual(FINDING_NAMES.filter((name) => names.includes(name)));
  });

  it.each<[string, Partial<Facts>, Partial<Finding>]>([
    [
      "the highest version",
      {},
      {
        state: "fine",
        text: "Releases follow `v1.4.2`, the highest version on `main`",
        policy: [],
      },
    ],
    [
      "a prerelease that the policy names",
      { base: { kind: "base", tag: v("v2.0.0-beta.1"), version: "2.0.0-beta.1" } },
      { text: "Releases follow `v2.0.0-beta.1`, the version that the policy names, on `main`" },
    ],
    [
      "nothing",
      { base: { kind: "none" } },
      { state: "fine", text: "No version tag yet: the first release is `v0.1.0`" },
    ],
    [
      "a tag that is not on the branch, and the one to name instead",
      {
        base: { kind: "hold", code: "base-not-highest", seen: ["v2.0.0"], suggestion: "v1.4.2" },
      },
      {
        state: "todo",
        text: "Tag v2.0.0 is not on this branch",
        todo: "To go on, write `base: v1.4.2` in `.github/smallbatch.yml`.",
        policy: ["base: v1.4.2"],
      },
    ],
    [
      "no tag yet, in the form of the policy",
      { base: { kind: "none" }, policy: { ...DEFAULT_POLICY, tag: "w{version}" } },
      { text: "No version tag yet: the first release is `w0.1.0`" },
    ],
    [
      "tags of another form",
      { base: { kind: "hold", code: "base-other-tags", seen: ["cli-1.0.0"], suggestion: null } },
      { state: "todo", policy: [] },
    ],
    [
      "tags of packages, which components answer",
      {
        base: { kind: "hold", code: "base-other-tags", seen: ["cli@1.0.0"], suggestion: null },
        components: "components:",
      },
      { state: "todo", todo: "Release each package on its own: `components` below." },
    ],
  ])("says what releases follow: %s", (_, change, expected) => {
    expect(find("base", change)).toMatchObject(expected);
  });

  it.each<[string, Partial<Facts>, Partial<Finding>]>([
    ["of none", { merges: [] }, { state: "fine", text: "No pull request was merged yet" }],
    [
      "of half of them",
      { merges: merges(5, 5) },
      { state: "fine", text: "5 of the last 10 merges carry a type or a label" },
    ],
    ["of fewer", { merges: merges(4, 6) }, { state: "todo", policy: [] }],
    ["of few", { merges: merges(0, 9) }, { state: "fine" }],
    ["of labels", { merges: merges(0, 10, ["bug"]) }, { state: "fine" }],
    [
      "where nobody knows labels",
      { merges: merges(4, 6), github: null },
      {
        state: "fine",
        text: "4 of the last 10 merges carry a type; labels may say more on GitHub",
      },
    ],
  ])("counts merges that say what they are: %s", (_, change, expected) => {
    expect(find("titles", change)).toMatchObject(expected);
  });
});
