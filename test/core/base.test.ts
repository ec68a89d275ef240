import { describe, expect, it } from "@jest/globals";
import * as fc from "fast-check";
import { chooseBase, judgeUnfinished } from "../../src/core/base.ts";
import type { BaseChoice, BaseQuestion } from "../../src/core/base.ts";
import type { ReleaseSeen, TagSeen } from "../../src/core/state.ts";
import { release, sha, tag } from "../support/states.ts";

const ELSEWHERE = { isAncestor: false };
const UNKNOWN = { isAncestor: null };

function question(tags: readonly TagSeen[], change: Partial<BaseQuestion> = {}): BaseQuestion {
  return { tags, policyTag: null, policyBase: null, ...change };
}

/** `base v1.4.2`, `none`, `ask a b`, or `hold code: seen -> suggestion`. */
function show(choice: BaseChoice): string {
  if (choice.kind === "base") return `base ${choice.tag.name} ${choice.version}`;
  if (choice.kind === "ask") return `ask ${choice.tags.join(" ")}`;
  if (choice.kind === "none") return "none";
  return `hold ${choice.code}: ${choice.seen.join(" ")} -> ${choice.suggestion}`;
}

describe("the base", () => {
  it.each<[string, TagSeen[], string]>([
    ["is none without tags", [], "none"],
    ["is none with tags that are no versions", [tag("nightly"), tag("build-7")], "none"],
    [
      "is the highest version on the branch",
      [tag("v1.4.2"), tag("v1.10.0")],
      "base v1.10.0 1.10.0",
    ],
    ["may be bare", [tag("1.4.2"), tag("v1.3.0")], "base 1.4.2 1.4.2"],
    [
      "leaves tags of other components aside",
      [tag("pkg-v9.0.0"), tag("v1.0.0")],
      "base v1.0.0 1.0.0",
    ],
    [
      "leaves lower tags of other branches aside",
      [tag("v1.4.2"), tag("v1.3.9", ELSEWHERE)],
      "base v1.4.2 1.4.2",
    ],
    [
      "leaves higher prereleases of other branches aside",
      [tag("v2.0.0-rc.1", ELSEWHERE), tag("v1.4.2")],
      "base v1.4.2 1.4.2",
    ],
    [
      "takes the one on the branch of two tags of a version",
      [tag("1.4.2", ELSEWHERE), tag("v1.4.2"), tag("v1.4.1")],
      "base v1.4.2 1.4.2",
    ],
    [
      "keeps the one on the branch of two tags of a version",
      [tag("v1.4.2"), tag("1.4.2", ELSEWHERE)],
      "base v1.4.2 1.4.2",
    ],
    [
      "asks for the highest few",
      ["1.0.6", "1.0.5", "1.0.4", "1.0.3", "1.0.2", "1.0.1"].map((version) =>
        tag(`v${version}`, UNKNOWN),
      ),
      "ask v1.0.6 v1.0.5 v1.0.4 v1.0.3 v1.0.2",
    ],
    [
      "asks for what is unknown only",
      [tag("v2.0.0", ELSEWHERE), tag("v1.0.0", UNKNOWN)],
      "ask v1.0.0",
    ],
    [
      "is held by a higher version elsewhere",
      [tag("v2.0.0", ELSEWHERE), tag("v1.4.2")],
      "hold base-not-highest: v2.0.0 -> v1.4.2",
    ],
    [
      "is held by higher versions with nothing on the branch",
      [tag("v2.0.0", ELSEWHERE)],
      "hold base-not-highest: v2.0.0 -> null",
    ],
    [
      "is held by prereleases elsewhere with nothing on the branch",
      [tag("v2.0.0-a.1", ELSEWHERE)],
      "hold base-not-highest: v2.0.0-a.1 -> null",
    ],
    [
      "is held by a prerelease on the branch",
      [tag("v2.0.0-rc.1"), tag("v1.4.2")],
      "hold base-prerelease: v2.0.0-rc.1 -> v1.4.2",
    ],
    [
      "offers no tag that is known to be elsewhere",
      [tag("v2.0.0-rc.1"), tag("v1.4.2", ELSEWHERE)],
      "hold base-prerelease: v2.0.0-rc.1 -> null",
    ],
    [
      "is held by tags of components only",
      [tag("pkg-v1.2.3"), tag("@scope/pkg@1.2.3"), tag("nightly")],
      "hold base-other-tags: pkg-v1.2.3 @scope/pkg@1.2.3 -> null",
    ],
    [
      "is held by versions in parts",
      [tag("v1"), tag("v1.4")],
      "hold base-other-tags: v1 v1.4 -> null",
    ],
  ])("%s", (_, tags, expected) => {
    expect(show(chooseBase(question(tags)))).toBe(expected);
  });

  it("is looked for among thirty tags, then held", () => {
    const elsewhere = Array.from({ length: 30 }, (_, at) => tag(`v9.0.${at}`, ELSEWHERE));
    const found = chooseBase(question([...elsewhere.slice(1), tag("v1.0.0")]));
    expect(show(found)).toMatch(/^hold base-not-highest: v9\.0\.29 .* -> v1\.0\.0$/);
    const lost = chooseBase(question([...elsewhere, tag("v1.0.0")]));
    expect(show(lost)).toMatch(/^hold base-not-highest: .* -> null$/);
  });

  it("reads tags by the policy's format", () => {
    const tags = [tag("v9.0.0"), tag("r1.2.3")];
    expect(show(chooseBase(question(tags, { policyTag: "r{version}" })))).toBe("base r1.2.3 1.2.3");
  });

  it.each<[string, TagSeen[], string[], string]>([
    ["is the policy's tag", [tag("v1.4.2"), tag("v1.4.1")], [], "base v1.4.2 1.4.2"],
    [
      "is a higher one since",
      [tag("v1.4.2"), tag("v1.5.0"), tag("v1.4.3")],
      [],
      "base v1.5.0 1.5.0",
    ],
    [
      "leaves higher ones elsewhere and prereleases aside",
      [tag("v1.4.2"), tag("v3.0.0", ELSEWHERE), tag("v2.0.0-rc.1")],
      [],
      "base v1.4.2 1.4.2",
    ],
    [
      "asks where higher ones stand",
      [tag("v1.4.2"), tag("v3.0.0", UNKNOWN), tag("v2.0.0", ELSEWHERE)],
      [],
      "ask v3.0.0",
    ],
    ["asks where the policy's tag stands", [tag("v1.4.2", UNKNOWN)], [], "ask v1.4.2"],
    ["asks for the policy's tag where it was not listed", [], [], "ask v1.4.2"],
    [
      "is held where the policy's tag does not exist",
      [],
      ["v1.4.2"],
      "hold base-missing: v1.4.2 -> null",
    ],
    [
      "is held where the policy's tag is elsewhere",
      [tag("v1.4.2", ELSEWHERE)],
      [],
      "hold base-not-ancestor: v1.4.2 -> null",
    ],
  ])("named by the policy %s", (_, tags, absent, expected) => {
    expect(show(chooseBase(question(tags, { policyBase: "v1.4.2", absent })))).toBe(expected);
  });

  it("named by the policy is held where it is no version", () => {
    const choice = chooseBase(question([tag("stable")], { policyBase: "stable" }));
    expect(show(choice)).toBe("hold base-unreadable: stable -> null");
  });

  it("is found by asking, however many tags there are, and is never a guess", () => {
    const names = fc.uniqueArray(
      fc.constantFrom("v1.0.0", "v1.1.0", "v1.2.0", "v2.0.0", "v2.1.0-rc.1", "1.3.0", "x-1.0.0"),
    );
    const place = fc.constantFrom(true, false);
    fc.assert(
      fc.property(names, fc.array(place, { minLength: 7, maxLength: 7 }), (tags, places) => {
        let known = tags.map((name) => tag(name, UNKNOWN));
        let choice = chooseBase(question(known));
        for (let asked = 0; asked < 10 && choice.kind === "ask"; asked += 1) {
          const asking = choice.tags;
          known = known.map((own, at) =>
            asking.includes(own.name) ? { ...own, isAncestor: places[at] ?? false } : own,
          );
          choice = chooseBase(question(known));
        }
        expect(choice.kind).not.toBe("ask");
        expect(choice.kind === "base" ? choice.tag.isAncestor : true).toBe(true);
      }),
    );
  });
});

describe("a base without a release", () => {
  const base = { tag: tag("v1.4.3", { sha: sha(3) }), version: "1.4.3" };
  const tags = [base.tag, tag("v1.4.2", { sha: sha(2) }), tag("v1.5.0-rc.1"), tag("v1.4.1")];
  const intent = { tag: "v1.4.3", sha: sha(3) };
  const ours = release("v1.4.2");
  const verdict = (
    releases: readonly ReleaseSeen[],
    change: {
      tags?: readonly TagSeen[];
      intent?: typeof intent | null;
      announcedTag?: string;
    } = {},
  ) => {
    const judged = judgeUnfinished(base, {
      ...question(change.tags ?? tags),
      releases,
      memory: { intent: change.intent ?? null, announcedTag: change.announcedTag ?? null },
    });
    if (judged.kind === "ask") return `ask ${judged.tags.join(" ")}`;
    return "previous" in judged ? `${judged.kind} after ${judged.previous?.name}` : judged.kind;
  };

  it("is finished where the release stands, also as a draft", () => {
    expect(verdict([release("v1.4.3"), ours], { intent })).toBe("finished");
    expect(verdict([release("v1.4.3", { isDraft: true, isOurs: false }), ours])).toBe("finished");
  });

  it("is ours where we intended it, whoever drafts notes for it", () => {
    const draft = release("v1.4.3", { isDraft: true, publishedAt: null });
    expect(verdict([draft], { intent })).toBe("ours after v1.4.2");
  });

  it("is ours where a draft of ours stands for it, also where nobody remembers", () => {
    const draft = release("v1.4.3", { isDraft: true, publishedAt: null });
    expect(verdict([draft])).toBe("ours after v1.4.2");
    expect(verdict([draft], { tags: [base.tag, tag("v1.4.2", UNKNOWN)] })).toBe("ask v1.4.2");
    expect(verdict([draft, release("v1.4.3")])).toBe("finished");
  });

  it("is finished where its release was told of: a person took it away", () => {
    expect(verdict([ours], { intent, announcedTag: "v1.4.3" })).toBe("finished");
    expect(verdict([ours], { intent, announcedTag: "v1.4.2" })).toBe("ours after v1.4.2");
  });

  it("is ours where we intended it", () => {
    expect(verdict([], { intent })).toBe("ours after v1.4.2");
    expect(verdict([], { intent, tags: [base.tag] })).toBe("ours after undefined");
  });

  it("is none of ours where the intent named another commit", () => {
    expect(verdict([], { intent: { ...intent, sha: sha(9) } })).toBe("finished");
  });

  it("may be ours where the version before it has a release", () => {
    expect(verdict([ours])).toBe("candidate after v1.4.2");
    expect(verdict([release("v1.4.2", { isOurs: false })])).toBe("candidate after v1.4.2");
    const unasked = [base.tag, tag("v1.4.2", UNKNOWN)];
    expect(verdict([ours], { tags: unasked })).toBe("candidate after v1.4.2");
  });

  it("asks for the place of the versions before it where it is not known", () => {
    const byHand = release("v1.4.2", { isOurs: false });
    const unasked = [base.tag, tag("v1.4.2", UNKNOWN), tag("v1.4.1", UNKNOWN), tag("v1.4.0")];
    expect(verdict([], { intent, tags: unasked })).toBe("ask v1.4.2 v1.4.1");
    expect(verdict([byHand], { tags: unasked })).toBe("ask v1.4.2 v1.4.1");
    const elsewhere = unasked.map((own) =>
      own.name === "v1.4.2" ? { ...own, isAncestor: false } : own,
    );
    expect(verdict([], { intent, tags: elsewhere })).toBe("ask v1.4.1");
  });

  it("asks nothing where nobody released the version before it: a repository of tags", () => {
    expect(verdict([], { tags: [base.tag, tag("v1.4.2", UNKNOWN)] })).toBe("finished");
  });

  it("may be ours as the first version of all, where nothing is released", () => {
    const first = { tag: tag("v0.1.0", { sha: sha(3) }), version: "0.1.0" };
    const judge = (releases: readonly ReleaseSeen[]) =>
      judgeUnfinished(first, {
        ...question([first.tag]),
        releases,
        memory: { intent: null, announcedTag: null },
      });
    const draft = release("v0.2.0", { isDraft: true, publishedAt: null });
    expect(judge([])).toEqual({ kind: "candidate", previous: null });
    expect(judge([draft])).toEqual({ kind: "candidate", previous: null });
    expect(judge([release("nightly")])).toEqual({ kind: "finished" });
  });

  it("is nothing to finish where tags have no releases", () => {
    expect(verdict([release("v1.4.2", { isDraft: true, publishedAt: null })])).toBe("finished");
    expect(verdict([])).toBe("finished");
  });
});
