import { describe, expect, it } from "@jest/globals";
import { groupPreviewOf } from "../../../src/core/pulls/pull-group.ts";
import { readSizeId, isOfGroup } from "../../../src/core/size/size-check.ts";
import { findMembers, groupCheckOf } from "../../../src/core/size/size-group.ts";

const sha = (digit: string): string => digit.repeat(40);

describe("the pulls of a merge group", () => {
  const entries = [
    { number: 11, head: sha("1"), base: sha("0") },
    { number: 12, head: sha("2"), base: sha("1") },
    { number: 13, head: sha("3"), base: sha("2") },
    { number: 21, head: sha("7"), base: null },
  ];

  it.each([
    ["the first alone", sha("1"), [11]],
    ["a later one with those before it", sha("3"), [11, 12, 13]],
    ["one whose base is not known", sha("7"), [21]],
    ["none that is not in the queue", sha("9"), null],
  ])("are %s", (_, group, members) => {
    expect(findMembers(entries, group)).toEqual(members);
  });

  it("are each found once, whatever GitHub says", () => {
    const circle = [
      { number: 1, head: sha("1"), base: sha("2") },
      { number: 2, head: sha("2"), base: sha("1") },
    ];
    expect(findMembers(circle, sha("1"))).toEqual([2, 1]);
  });
});

describe("the check on a merge group", () => {
  const small = { title: "12 weighted of 400", conclusion: "success" } as const;
  const large = { title: "too large: 2,000 weighted of 1,000", conclusion: "neutral" } as const;

  it("lists what each says, and is green where none fails", () => {
    const members = [
      { number: 11, said: small },
      { number: 12, said: large },
      { number: 13, said: null },
    ];
    const { title, conclusion, summary, externalId } = groupCheckOf(members, true);
    expect([title, conclusion]).toEqual(["3 pull requests, none in the way", "success"]);
    expect(summary).toContain("| #11 | 12 weighted of 400 | success |");
    expect(summary).toContain("| #12 | too large: 2,000 weighted of 1,000 | neutral |");
    expect(summary).toContain("| #13 | no size check |  |");
    expect(summary).not.toContain("does not say which");
    expect([readSizeId(externalId), isOfGroup(externalId)]).toEqual([13, true]);
  });

  it("fails where one does, and says where GitHub told of the last alone", () => {
    const failed = { ...large, conclusion: "failure" } as const;
    const said = groupCheckOf([{ number: 12, said: failed }], false);
    expect([said.title, said.conclusion]).toEqual(["too large: #12", "failure"]);
    expect(said.summary).toContain("does not say which others");
    expect(groupCheckOf([{ number: 12, said: small }], true).title).toBe(
      "1 pull request, none in the way",
    );
    expect(groupCheckOf([], true).title).toBe("0 pull requests, none in the way");
  });
});

describe("the pull that a size check names", () => {
  it.each([
    ["smallbatch:1:size:12:00ff", 12, false],
    ["smallbatch:1:size-group:9:00ff", 9, true],
    ["smallbatch:1:preview:00ff", null, false],
    ["", null, false],
  ])("of %s is %s", (id, number, ofGroup) => {
    expect([readSizeId(id), isOfGroup(id)]).toEqual([number, ofGroup]);
  });
});

describe("the preview of a merge group", () => {
  it("lists what each says, and never holds the queue", () => {
    const members = [
      { number: 11, title: "would release v1.1.0 (minor) | `x`" },
      { number: 12, title: null },
    ];
    const { title, conclusion, summary, externalId } = groupPreviewOf(members, false);
    expect([title, conclusion]).toEqual([
      "2 pull requests; each says what it would release",
      "success",
    ]);
    expect(summary).toMatch(/\| #11 \| would release v1.1.0 \(minor\) \\\| \\`x\\` \|/);
    expect(summary).toContain("| #12 | no preview |");
    expect(summary).toContain("does not say which others");
    expect([readSizeId(externalId), isOfGroup(externalId)]).toEqual([12, true]);
    const [one] = members;
    expect(groupPreviewOf(one === undefined ? [] : [one], true).title).toMatch(/^1 pull request;/);
    expect(groupPreviewOf([], true).externalId).toMatch(/^smallbatch:1:preview-group:0:/);
  });
});
