import { describe, expect, it } from "@jest/globals";
import { judgeBatch } from "../../src/core/batch.ts";
import type { Pull } from "../../src/core/pull.ts";
import type { LineState } from "../../src/core/state.ts";
import { givesVersion } from "../../src/core/unfinished.ts";
import type { Level } from "../../src/core/version.ts";
import { batchOf, commit, label, lineState, pull, sha } from "../support/states.ts";

/** `units` null: only the level of the whole batch is of interest. */
function checkLevels(state: LineState, level: Level, units: Level[] | null = null): void {
  const batch = judgeBatch(state);
  expect(batch.level).toBe(level);
  const levels = batch.units.map((unit) => unit.level);
  expect(levels).toEqual(units ?? levels);
}

const REVERT_OF_FEAT = 'Revert "feat: add dark mode (#2)"';

const pushedRevert = (number: number, title: string) =>
  commit(number, { message: `Revert "${title}"\n\nThis reverts commit ${sha(number - 1)}.` });

const withPush = (state: LineState, number: number, title: string): LineState => ({
  ...state,
  commits: [pushedRevert(number, title), ...state.commits],
});

describe("a batch that leading tools get wrong", () => {
  const feat = { title: "feat: add dark mode" };
  const breaking = { title: "feat!: rename api" };
  const fix = { title: "fix: y" };
  it.each<[string, LineState, Level]>([
    [
      "a revert by GitHub's button of a breaking change, and a fix",
      batchOf([
        fix,
        breaking,
        { title: 'Revert "feat!: rename api (#3)"', message: `This reverts commit ${sha(3)}.` },
      ]),
      "patch",
    ],
    [
      "a plain git revert of a breaking change, and a fix",
      withPush(batchOf([fix, breaking]), 4, "feat!: rename api (#3)"),
      "patch",
    ],
    [
      "a revert by GitHub's button of a feature",
      batchOf([feat, { title: REVERT_OF_FEAT, message: `This reverts commit ${sha(2)}.` }]),
      "none",
    ],
    [
      "a plain git revert of a feature",
      withPush(batchOf([feat]), 3, "feat: add dark mode (#2)"),
      "none",
    ],
    [
      "a revert squashed with the body of its pull",
      batchOf([feat, { title: REVERT_OF_FEAT, message: "Reverts acme/widgets#2" }]),
      "none",
    ],
    [
      "a revert of a fix that was released before",
      batchOf([{ title: 'Revert "fix: y (#1)"', message: "Reverts acme/widgets#1" }]),
      "patch",
    ],
    [
      "a fix whose body has nested parentheses",
      batchOf([{ ...fix, message: "Use MIN(COALESCE(a, b)) and (unclosed" }]),
      "patch",
    ],
    [
      "a chore whose body has a line of another type",
      batchOf([{ title: "chore: tidy", message: "feat: second" }]),
      "none",
    ],
    ["a breaking change alone", batchOf([breaking]), "major"],
  ])("%s", (_, state, level) => {
    checkLevels(state, level);
  });
});

describe("the level of a pull", () => {
  it.each<[string, Level]>([
    ["feat: x", "minor"],
    ["Feature(ui): x", "minor"],
    ["fix: x", "patch"],
    ["fix(api(v2)): x", "patch"],
    ["perf: x", "patch"],
    ["security: x", "patch"],
    ["deps: x", "patch"],
    ["chore(deps): x", "none"],
    ["docs: x", "none"],
    ["refactor!: x", "major"],
    ["api!: x", "major"],
    ["api: x", "patch"],
    ["gpg: x", "patch"],
    ["WIP", "patch"],
    ["", "patch"],
  ])("by the title %j is %s", (title, level) => {
    checkLevels(batchOf([{ title }]), level);
  });

  it.each<[string, Pull["labels"], Level]>([
    ["by somebody with write", [label("release:minor", "write")], "minor"],
    ["by a maintainer", [label("Release: Major", "maintain")], "major"],
    ["that skips", [label("release:skip", "admin")], "none"],
    [
      "of several the highest",
      [label("release:none", "write"), label("release:minor", "write")],
      "minor",
    ],
    ["by triage: not counted", [label("release:major", "triage")], "patch"],
    ["by nobody known: not counted", [label("release:major")], "patch"],
    ["that is unknown", [label("release:huge", "admin")], "patch"],
  ])("by a release label %s", (_, labels, level) => {
    checkLevels(batchOf([{ title: "fix: x", labels }]), level);
  });

  it.each<[string, string[], Level]>([
    ["enhancement", ["enhancement"], "minor"],
    ["bug", ["Bug"], "patch"],
    ["documentation", ["documentation"], "none"],
    ["breaking", ["bug", "breaking-change"], "major"],
    ["others", ["good first issue"], "patch"],
  ])("by GitHub's label %s", (_, names, level) => {
    checkLevels(batchOf([{ title: "Do it", labels: names.map((name) => label(name)) }]), level);
  });

  it.each<[string, string, string, Level]>([
    ["a note", "fix: x", "BREAKING CHANGE: the port moved", "major"],
    ["a note with a hyphen", "docs: x", "text\n\nBREAKING-CHANGE: gone", "major"],
    ["a note below its keyword", "fix: x", "BREAKING CHANGE:\nthe port moved", "major"],
    ["a squashed commit", "Rework", "* feat!: drop the old api\n\n* tidy", "major"],
    ["a squashed commit under a title with a type", "feat: x", "* feat!: a\n\n* undo a", "minor"],
    ["a note beside squashed commits", "fix: x", "* feat!: a\n\nBREAKING CHANGE: b", "major"],
    ["a template's comment", "fix: x", "<!--\nBREAKING CHANGE: describe\n-->", "patch"],
    ["an unclosed comment", "fix: x", "<!-- \nBREAKING CHANGE: describe", "patch"],
    ["the answer none", "fix: x", "BREAKING CHANGE: none", "patch"],
    ["the answer N/A", "fix: x", "BREAKING CHANGE: N/A", "patch"],
    ["a sentence", "fix: x", "a breaking change in the text", "patch"],
    ["a field that would break the parser", "fix: x", "-notes-\ntext", "patch"],
  ])("with %s in the squash body", (_, title, message, level) => {
    checkLevels(batchOf([{ title, message }]), level);
  });

  it("by a release label needs no type, and a push has no label", () => {
    const labelled = batchOf([{ title: "Do it", labels: [label("release:minor", "write")] }]);
    expect(judgeBatch(labelled).units).toMatchObject([
      { level: "minor", from: "label", type: null },
    ]);
    const pushed = lineState({ commits: [commit(2, { message: "Do it" })], pulls: [] });
    expect(judgeBatch(pushed).units).toMatchObject([{ level: "patch", from: "untyped" }]);
  });

  it("raised by a body says so", () => {
    const [unit] = judgeBatch(batchOf([{ title: "Rework", message: "BREAKING CHANGE: x" }])).units;
    expect(unit).toMatchObject({ level: "major", from: "breaking-body", type: null });
  });

  it.each<[string, string[], Level, string]>([
    ["of which one is a feature", ["feat: a", "wip"], "minor", "commits"],
    ["that all ride along", ["docs: a", "ci: b"], "none", "commits"],
    ["that ride along beside something unknown", ["docs: a", "wip"], "patch", "untyped"],
    ["without types", ["a", "b"], "patch", "untyped"],
    ["with a breaking one", ["fix!: a", "docs: b"], "major", "commits"],
  ])("with a merge commit and commits %s", (_, [first = "", second = ""], level, from) => {
    const state = lineState({
      commits: [
        commit(4, { parents: [sha(1), sha(3)], message: "Merge pull request #4 from x\n\nDo it" }),
        commit(3, { parents: [sha(2)], message: first }),
        commit(2, { parents: [sha(1)], message: second }),
      ],
      pulls: [pull(4, { title: "Do it" })],
    });
    checkLevels(state, level);
    expect(judgeBatch(state).units[0]?.from).toBe(from);
  });

  it("is none for a merge commit that brought nothing of its own", () => {
    const state = lineState({
      commits: [
        commit(3, { parents: [sha(1), sha(2)], message: "Merge branch 'main'" }),
        commit(2, { parents: [sha(1)] }),
      ],
      pulls: [pull(2)],
    });
    checkLevels(state, "patch", ["patch", "none"]);
  });
});

const merged = (messages: readonly string[], change: Partial<Pull>) =>
  lineState({
    commits: [
      commit(9, {
        parents: [sha(2), sha(2 + messages.length)],
        message: "Merge pull request #9 from acme/revert-2-a",
      }),
      ...messages
        .map((message, at) =>
          commit(at + 3, { message, parents: at === 0 ? [sha(1)] : [sha(at + 2)] }),
        )
        .toReversed(),
      commit(2, { message: "feat: a (#2)" }),
    ],
    pulls: [pull(9, change), pull(2, { title: "feat: a" })],
  });

/** `merged` has a feature before the pull; the level of the pull is of interest. */
const checkPull = (messages: readonly string[], level: Level): void => {
  const units = judgeBatch(merged(messages, { title: "Merge next" })).units;
  expect(units.map((unit) => unit.level)).toEqual(["minor", level]);
};

const undo = (number: number) => `Revert "feat: a"\n\nThis reverts commit ${sha(number)}.`;

describe("a revert", () => {
  const feat = { title: "feat: a" };

  it("of a revert in one batch brings the work back", () => {
    const state = batchOf([
      feat,
      { title: 'Revert "feat: a (#2)"', body: "Reverts acme/widgets#2" },
      { title: 'Reapply "feat: a (#2)"', message: `This reverts commit ${sha(3)}.` },
    ]);
    checkLevels(state, "minor", ["minor", "none", "none"]);
  });

  it.each<[string, Level]>([
    ['Reapply "feat!: a"', "major"],
    ['Revert "Revert "feat: a""', "minor"],
    ['Revert "Revert "docs: a""', "patch"],
    ['Revert "Revert "Do it""', "patch"],
    ['Revert "feat!: a"', "patch"],
    ['Revert "Revert "Revert "feat!: a"""', "patch"],
    ['Revert "Reapply "feat!: a""', "patch"],
    ['Reapply "Reapply "feat: a""', "minor"],
    ['Revert "Revert "Revert "Revert "feat: a""""', "minor"],
    ["revert: feat: a", "patch"],
    ["feat: go back to a list", "minor"],
    ["docs: go back to the old page", "patch"],
  ])("of released work, %s, is %s", (title, level) => {
    checkLevels(batchOf([{ title, message: `This reverts commit ${"f".repeat(40)}.` }]), level);
  });

  it("of released work, and its own revert, leave what was released", () => {
    const state = batchOf([
      { title: 'Revert "feat!: a (#1)"', body: "Reverts acme/widgets#1" },
      { title: 'Revert "Revert "feat!: a (#1)""', body: "Reverts acme/widgets#2" },
    ]);
    checkLevels(state, "none", ["none", "none"]);
    const again = batchOf([
      { title: 'Revert "feat: a (#1)"', body: "Reverts acme/widgets#1" },
      { title: 'Revert "Revert "feat: a (#1)""', body: "Reverts acme/widgets#2" },
      { title: 'Revert "Revert "Revert "feat: a (#1)"""', body: "Reverts acme/widgets#3" },
    ]);
    // The first revert stands again: released work is taken back.
    checkLevels(again, "patch", ["patch", "none", "none"]);
  });

  it("of a pull of another repository does not count", () => {
    const state = batchOf([feat, { title: "Sync", body: "Reverts other/widgets#2" }]);
    checkLevels(state, "minor", ["minor", "patch"]);
  });

  it("whose title was changed is known by its body", () => {
    const state = batchOf([feat, { title: "Back out a", body: "Reverts #2" }]);
    checkLevels(state, "none");
  });

  it("by our own pull takes the work of a release back, and its reland brings it again", () => {
    const back = { title: "fix: roll back v1.5.0-next.1", message: "Reverts #2\n\nUndo it." };
    checkLevels(batchOf([feat, back]), "none", ["none", "none"]);
    // Squashed with what people did to it.
    const message = "* fix: roll back v1.5.0-next.1\n\nReverts #2\n\n* Resolve";
    checkLevels(batchOf([feat, { ...back, message }]), "none", ["none", "none"]);
    const again = { title: "Reland v1.5.0-next.1", message: "* Reland\n\nReverts #3\n\n* Mend" };
    checkLevels(batchOf([feat, back, again]), "minor", ["minor", "none", "none"]);
    checkLevels(batchOf([feat, { ...back, message: "Undo #2" }]), "minor", ["minor", "patch"]);
  });

  it("mentioned in passing cancels nothing", () => {
    const message = `A better one.\nIt is fast.\n\nThis reverts commit ${sha(2)}.`;
    checkLevels(batchOf([feat, { title: "feat: b", message }]), "minor", ["minor", "minor"]);
  });

  it("by a short SHA is found, and never by title", () => {
    const byTitle = batchOf([feat, { title: 'Revert "feat: a (#2)"' }]);
    checkLevels(byTitle, "minor", ["minor", "patch"]);
    // SHAs of the builder differ in their last digits only.
    const own = "0123456" + "b".repeat(33);
    const state = lineState({
      commits: [
        commit(3, { message: 'Revert "feat: a"\n\nThis reverts commit 0123456.' }),
        commit(2, { sha: own, message: "feat: a" }),
      ],
      pulls: [],
    });
    checkLevels(state, "none");
  });

  it("of released and unreleased work at once cancels the latter and is a patch", () => {
    const message = `This reverts commit ${sha(2)}.\n\nThis reverts commit ${"f".repeat(40)}.`;
    checkLevels(batchOf([feat, { title: "Revert two", message }]), "patch", ["none", "patch"]);
  });

  it("of work that is taken back already is a patch", () => {
    const revert = { title: 'Revert "feat: a (#2)"', body: "Reverts acme/widgets#2" };
    checkLevels(batchOf([feat, revert, revert]), "patch", ["none", "patch", "none"]);
  });

  it.each<[number, Level[]]>([
    [100, ["none", "patch"]],
    [101, ["minor", "patch"]],
  ])("that names %i commits takes back only what can be read", (count, levels) => {
    const names = Array.from({ length: count }, (_, at) => sha(at === 0 ? 2 : at + 1_000));
    const message = names.map((name) => `This reverts commit ${name}.`).join("\n");
    const batch = judgeBatch(batchOf([feat, { title: "Revert all", message }]));
    expect(batch.units.map(({ level }) => level)).toEqual(levels);
  });

  it("with a release label keeps the label's level", () => {
    const labels = [label("release:patch", "write")];
    const revert = { title: 'Revert "feat: a (#2)"', body: "Reverts acme/widgets#2", labels };
    checkLevels(batchOf([feat, revert]), "patch", ["none", "patch"]);
  });

  it("brought by a merge commit cancels", () => {
    const message = `Revert "feat: a (#2)"\n\nThis reverts commit ${sha(2)}.`;
    checkLevels(merged([message], { title: "Take it back" }), "none", ["none", "none"]);
  });

  it("with other work in its pull cancels, and stays a patch", () => {
    const message = `Revert "feat: a (#2)"\n\nThis reverts commit ${sha(2)}.`;
    const state = merged([message, "fix: other"], { title: 'Revert "feat: a (#2)"' });
    checkLevels(state, "patch", ["none", "patch"]);
  });

  it("among the commits of a merge leaves the others what they are", () => {
    const message = `Revert "fix: y"\n\nThis reverts commit ${"f".repeat(40)}.`;
    checkPull([message, "feat: other"], "minor");
    checkPull([message, "docs: other"], "patch");
    checkPull([message, "feat!: a", "docs: b"], "major");
  });

  it("in the pull that brought the work cancels it", () => {
    // The commits of `merged` are 3, 4, 5 …
    checkPull(["feat: a", undo(3)], "none");
    checkPull(["feat: a", "docs: b", undo(3)], "none");
    checkPull(["feat: a", undo(3), undo(4)], "minor");
    checkPull(["feat!: a", `${undo(3)}\n\nThis reverts commit 0123456.`], "patch");
    checkPull(["feat: a", `fix: b\n\nThis reverts commit ${sha(3)}.`], "minor");
  });

  it("of a merge commit cancels its pull, of some of its commits does not", () => {
    const base = [
      commit(4, { parents: [sha(1), sha(3)], message: "Merge pull request #4" }),
      commit(3, { parents: [sha(2)], message: "feat: b" }),
      commit(2, { parents: [sha(1)], message: "feat: a" }),
    ];
    const reverting = (...targets: number[]) => {
      const said = targets.map((target) => `This reverts commit ${sha(target)}, reversing\nit.`);
      const revert = commit(5, { parents: [sha(4)], message: `Revert "x"\n\n${said.join("\n")}` });
      return lineState({ commits: [revert, ...base], pulls: [pull(4, { title: "feat: both" })] });
    };
    checkLevels(reverting(4), "none");
    checkLevels(reverting(2, 3), "none");
    checkLevels(reverting(3), "minor", ["minor", "patch"]);
  });

  it("of a rebase merge cancels where all its commits are named", () => {
    const base = [
      commit(3, { message: "feat: b", pulls: [3] }),
      commit(2, { message: "feat: a", pulls: [3] }),
    ];
    const reverting = (...targets: number[]) => {
      const said = targets.map((target) => `This reverts commit ${sha(target)}.`).join("\n");
      const revert = commit(4, { message: `Revert "x"\n\n${said}` });
      return lineState({ commits: [revert, ...base], pulls: [pull(3, { title: "feat: both" })] });
    };
    checkLevels(reverting(2, 3), "none");
    checkLevels(reverting(3), "minor", ["minor", "patch"]);
  });

  it("of an empty merge commit cancels nothing but that", () => {
    const state = lineState({
      commits: [
        commit(4, { message: `Revert "x"\n\nThis reverts commit ${sha(2)}.` }),
        commit(3, { parents: [sha(1), sha(2)], message: "Merge branch 'main'" }),
        commit(2, { parents: [sha(1)], message: "feat: a" }),
      ],
      pulls: [pull(2, { title: "feat: a" })],
    });
    checkLevels(state, "none", ["none", "none", "none"]);
  });
});

describe("a tag without a release", () => {
  it("gives the version of its batch, or does not", () => {
    const state = batchOf([{ title: "feat: a" }]);
    expect(givesVersion(state, "1.4.2", "1.5.0")).toBe(true);
    expect(givesVersion(state, "1.4.2", "1.4.3")).toBe(false);
    expect(givesVersion(batchOf([{ title: "docs: a" }]), "1.4.2", "1.4.3")).toBe(false);
  });
});
