import { describe, expect, it } from "@jest/globals";
import type { Reland } from "../../../src/core/rollback/reland.ts";
import { WHY } from "../../../src/core/rollback/restoration-words.ts";
import type { Restoration } from "../../../src/core/rollback/restoration.ts";
import type { Risk } from "../../../src/core/rollback/risk.ts";
import { tellRollback } from "../../../src/core/rollback/rollback-answer.ts";
import { renderRollback, titleOf } from "../../../src/core/rollback/rollback-issue.ts";
import { formatLength } from "../../../src/core/rollback/rollback-links.ts";
import { noteReached } from "../../../src/core/rollback/rollback-times.ts";
import { endStep, hearResumed, ISSUE_STEP, stateOf } from "../../../src/core/rollback/rollback.ts";
import type { Rollback } from "../../../src/core/rollback/rollback.ts";
import { MINUTE, NOON, SECOND, sha } from "../../support/states.ts";
import {
  ASKED,
  NO_RISK,
  PLACE,
  RELEASES,
  REPOSITORY,
  RESTORING,
  stopped,
} from "../../support/told-rollbacks.ts";

const linkTo = (tag: string): string => `[${tag}](${RELEASES}/tag/${tag})`;
const PULL = `[\`#57\`](${REPOSITORY.url}/pull/57)`;

function restoring(change: Partial<Restoration>, from = stopped()): Rollback {
  return noteReached({ ...from, restoration: { ...RESTORING, ...change } });
}

/** Outcome, what to do, who asked: what a phone shows without scrolling. */
function headOf(rollback: Rollback): readonly string[] {
  return renderRollback(rollback, PLACE).split("\n\n").slice(1, 4);
}

function stepsOf(rollback: Rollback): readonly string[] {
  const lines = renderRollback(rollback, PLACE).split("\n");
  return lines.filter((line) => /^- \[[ x]\] \*\*/.test(line));
}

const PUBLISHED: Risk = {
  ...NO_RISK,
  packages: [
    {
      ecosystem: "npm",
      name: "w",
      bad: ["1.4.3"],
      good: "1.4.2",
      isLockstep: true,
      registry: null,
    },
  ],
};

const RELAND: Reland = {
  by: "mona",
  branch: "smallbatch/reland/v1.4.3",
  commit: sha(9),
  pull: { number: 63, url: `${REPOSITORY.url}/pull/63` },
  state: "open",
  since: NOON + MINUTE,
  reason: null,
};

const STILL = `**${linkTo("v1.4.3")} is rolled back.** Latest is ${linkTo("v1.4.2")} again. Its code is still on \`main\`, and nothing more is released by itself.`;

describe("the first three lines of a rollback issue", () => {
  it("say who asked for it, and why", () => {
    const said = `\`wilma\` [asked for it](${ASKED.url}) on 2 Mar 2026, 12:00 UTC`;
    expect(headOf(ASKED)[2]).toBe(`${said}: it burns`);
    expect(headOf({ ...ASKED, reason: "" })[2]).toBe(said);
  });

  it.each<[string, Rollback, string, RegExp]>([
    [
      "asked",
      ASKED,
      `**${linkTo("v1.4.3")} is being rolled back.** Nothing more is released by itself.`,
      /^nothing\. The steps below take some seconds\.$/,
    ],
    ["holding", stopped(), STILL, /^nothing\. A pull request that restores the code comes next\.$/],
    ["restoring", restoring({ state: "restoring", pull: null }), STILL, /^nothing\. The pull/],
    [
      "conflicted",
      restoring({ state: "conflicted", inTheWay: [60, 59] }),
      STILL,
      /^resolve \[`#57`\]\(\S+\), which conflicts with what was merged later: \[`#60`\]\(\S+\), \[`#59`\]\(\S+\)\. Say which lines stay, \[on GitHub\]\(\S+\/pull\/57\/conflicts\), or on `smallbatch\/rollback\/v1\.4\.3` in a clone; press \*\*Ready for review\*\*/,
    ],
    [
      "waiting",
      restoring({ reason: "running: build" }),
      STILL,
      /^nothing\. \[`#57`\]\(\S+\) is merged by itself when its checks are green: running: build\.$/,
    ],
    [
      "waiting for a person",
      restoring({ reason: "red: build" }),
      STILL,
      /^look at \[`#57`\]\(\S+\): red: build\. It is merged by itself when that is mended\.$/,
    ],
    [
      "manual",
      restoring({ state: "manual", reason: "mona pushed to it." }),
      STILL,
      /^see to \[`#57`\]\(\S+\), which is left to people: mona pushed to it\. When it is merged, the release follows by itself; to give it up, comment `\/resume` here/,
    ],
    [
      "merged",
      restoring({ state: "merged", mergedSha: sha(8) }),
      `**${linkTo("v1.4.3")} is rolled back, and its code is undone on \`main\`.** Latest is ${linkTo("v1.4.2")} again. The release that carries it comes next.`,
      /^nothing\. The release is made when its checks are green\.$/,
    ],
    [
      "merged, and its release held",
      restoring({ state: "merged", mergedSha: sha(8), reason: "held: by mona; say /resume" }),
      `**${linkTo("v1.4.3")} is rolled back, and its code is undone on \`main\`.** Latest is ${linkTo("v1.4.2")} again. The release that carries it comes next.`,
      /^look at its release, which is held: by mona; say \/resume\. Where/,
    ],
    [
      "merged, with nothing to undo",
      restoring({ state: "merged", reason: WHY.nothing }),
      `**${linkTo("v1.4.3")} is rolled back, and its code is undone on \`main\`.** Latest is ${linkTo("v1.4.2")} again. The release that carries it comes next.`,
      /^nothing\. The branch held none of it any more\. The release is made/,
    ],
    [
      "merged, and its release is held",
      restoring({ state: "merged", reason: "held: a check is red" }),
      `**${linkTo("v1.4.3")} is rolled back, and its code is undone on \`main\`.** Latest is ${linkTo("v1.4.2")} again. The release that carries it comes next.`,
      /^look at its release, which is held: a check is red\. Where it waits/,
    ],
    [
      "abandoned before it began",
      restoring({ state: "abandoned", pull: null }),
      `**${linkTo("v1.4.3")} is rolled back, and nobody finished restoring its code.** Latest is ${linkTo("v1.4.2")} again. Nothing more is released by itself.`,
      /^restore the code by hand, as below, and merge that pull request\. Then comment `\/resume` here/,
    ],
    [
      "released",
      restoring({ state: "released", releasedTag: "v1.4.5" }),
      `**${linkTo("v1.4.3")} is rolled back, and ${linkTo("v1.4.5")} is out without it.**`,
      /^nothing\.$/,
    ],
    [
      "released, with what was published",
      { ...restoring({ state: "released", releasedTag: "v1.4.5" }), risk: PUBLISHED },
      `**${linkTo("v1.4.3")} is rolled back, and ${linkTo("v1.4.5")} is out without it.**`,
      /^nothing\. Whoever installed v1\.4\.3 keeps it until they are led back: _Installed/,
    ],
    [
      "prepared anew",
      { ...restoring({ state: "released", releasedTag: "v1.4.5" }), reland: RELAND },
      `**${linkTo("v1.4.3")} is rolled back, and ${linkTo("v1.4.5")} is out without it.**`,
      /^mend \[`#63`\]\(\S+\), which brings back what v1\.4\.3 brought, and merge it when it is right/,
    ],
    [
      "not prepared anew yet",
      {
        ...restoring({ state: "released", releasedTag: "v1.4.5" }),
        reland: { ...RELAND, pull: null },
      },
      `**${linkTo("v1.4.3")} is rolled back, and ${linkTo("v1.4.5")} is out without it.**`,
      /^nothing\.$/,
    ],
    [
      "released, by what nobody named",
      restoring({ state: "released" }),
      `**${linkTo("v1.4.3")} is rolled back, and a new release is out without it.**`,
      /^nothing\.$/,
    ],
    [
      "abandoned",
      restoring({ state: "abandoned", reason: "nobody merged it in 14 days" }),
      `**${linkTo("v1.4.3")} is rolled back, and nobody finished restoring its code.** Latest is ${linkTo("v1.4.2")} again. Nothing more is released by itself.`,
      /^merge \[`#57`\]\(\S+\) after all, .*`\/resume` here.*release desk\.$/,
    ],
    [
      "refused",
      restoring({ state: "refused", pull: null, reason: "Resource not accessible" }),
      STILL,
      /^restore the code into `main` by hand, as below, or say `\/rollback v1\.4\.3` here .* It could not be done: Resource not accessible\.$/,
    ],
    [
      "resumed",
      hearResumed(stopped(), NOON + MINUTE),
      `**${linkTo("v1.4.3")} was rolled back.** Releases go on since 2 Mar 2026, 12:01 UTC, by a person's word.`,
      /^nothing, if its code was restored by hand\. If not, .* of your own\.$/,
    ],
    [
      "resumed while its pull stands",
      hearResumed(restoring({}), NOON + MINUTE),
      `**${linkTo("v1.4.3")} was rolled back.** Releases go on since 2 Mar 2026, 12:01 UTC, by a person's word.`,
      /can still be merged\.$/,
    ],
    [
      "resumed when the code was back",
      hearResumed(restoring({ state: "merged" }), NOON + MINUTE),
      `**${linkTo("v1.4.3")} is rolled back, and its code is undone on \`main\`.** Latest is ${linkTo("v1.4.2")} again. The release that carries it comes next.`,
      /^nothing\. The release/,
    ],
  ])("are those of one that is %s", (_, rollback, outcome, toDo) => {
    const [said, press = ""] = headOf(rollback);
    expect(said).toBe(outcome);
    expect(press).toMatch(/^\*\*To do:\*\* /);
    expect(press.replace("**To do:** ", "")).toMatch(toDo);
  });

  it("ask for Latest first, where GitHub did not move it", () => {
    const [said, press] = headOf(restoring({}, stopped({ latest: "Not Found" })));
    expect(said).toContain(`**Latest could not be moved to ${linkTo("v1.4.2")}.**`);
    expect(press).toContain(
      `**To do:** **first** GitHub refused to move Latest: [open the form of v1.4.2](${RELEASES}/edit/v1.4.2), tick **Set as the latest release**`,
    );
    expect(press).toContain(`Then: nothing. ${PULL} is merged by itself`);
    const over = restoring({ state: "released" }, stopped({ latest: "Not Found" }));
    expect(headOf(over)[1]).not.toContain("first");
    const resumed = hearResumed(stopped({ latest: "Not Found" }), NOON + MINUTE);
    expect(headOf(resumed)[1]).not.toContain("first");
  });

  it("say where Latest is not theirs to move, and goes where nobody knows yet", () => {
    expect(headOf({ ...stopped(), movesLatest: false })[0]).toContain(
      "Latest is none of these releases, and stays.",
    );
    const first = { ...stopped(), good: null, restore: null };
    expect(headOf(first)[0]).toContain("No good release before it is known");
    expect(headOf(first)[1]).toContain("mend it by a new change: it is the first release");
    const merged = { ...ASKED, restoration: { ...RESTORING, state: "merged" as const } };
    expect(headOf(merged)[0]).toContain(`Latest goes to ${linkTo("v1.4.2")}.`);
  });

  it("have words where the pull is not known, or stands in no one's way", () => {
    const conflicted = restoring({ state: "conflicted", pull: null, branch: "" });
    expect(headOf(conflicted)[1]).toContain(
      "resolve the pull request, which conflicts with work that was merged later. Say which lines stay, on `rollback-v1.4.3`; press",
    );
  });
});

describe("the steps of a rollback issue", () => {
  it("tick themselves, with the time that each took", () => {
    const waiting = restoring({});
    const merged = noteReached({
      ...waiting,
      restoration: {
        ...RESTORING,
        state: "merged",
        mergedSha: sha(8),
        since: NOON + 3 * MINUTE,
      },
    });
    const released = noteReached({
      ...merged,
      restoration: {
        ...RESTORING,
        state: "released",
        mergedSha: sha(8),
        releasedTag: "v1.4.5",
        since: NOON + 65 * MINUTE,
      },
    });
    expect(stepsOf(ASKED).map((line) => line.slice(0, 5))).toEqual(Array(5).fill("- [ ]"));
    expect(stepsOf(waiting)).toEqual([
      "- [x] **Stop**: nobody gets it any more · 2.5 s",
      `- [x] **Restore**: the code, by ${PULL} · 6.5 s`,
      "- [ ] **Merge**: it into `main`, when its checks are green",
      "- [ ] **Roll forward**: by a new release, which lets the others go again",
      "- [ ] **Learn**: it counts for the brake and is a case of `smallbatch cases`; this issue closes",
    ]);
    expect(stepsOf(merged).slice(2, 4)).toEqual([
      `- [x] **Merge**: it into \`main\` as [\`a0a0a0a\`](${REPOSITORY.url}/commit/${sha(8)}) · 2 min 51 s`,
      "- [ ] **Roll forward**: by a new release, which lets the others go again",
    ]);
    expect(stepsOf(released).slice(3)).toEqual([
      `- [x] **Roll forward**: by ${linkTo("v1.4.5")} · 1 h 2 min`,
      "- [x] **Learn**: it counts for the brake and is a case of `smallbatch cases`; this issue closes · 1 h 5 min in all",
    ]);
    expect(noteReached(released)).toBe(released);
    expect(noteReached(ASKED)).toBe(ASKED);
  });

  it("know a code that came back without a pull, and a person who merges", () => {
    const same = restoring({ state: "merged", pull: null });
    expect(stepsOf(same).slice(1, 3)).toEqual([
      "- [x] **Restore**: the code, by a pull request · 6.5 s",
      "- [x] **Merge**: it into `main` · 0 s",
    ]);
    expect(stepsOf(restoring({ state: "conflicted" })).slice(1, 3)).toEqual([
      `- [x] **Restore**: the code, by ${PULL}, which conflicts with later work · 6.5 s`,
      "- [ ] **Merge**: it into `main`, by a person",
    ]);
    const making = restoring({ state: "restoring", pull: null });
    expect(stepsOf(making)[2]).toContain("when its checks are green");
  });

  it("say what was done when on every release", () => {
    const lines = renderRollback(stopped(), PLACE).split("\n");
    for (const line of [
      "  - [x] Hold automatic releases of this line (12:00:00 UTC)",
      `  - [x] Make ${linkTo("v1.4.2")} Latest (12:00:00 UTC)`,
      `  - [x] Mark ${linkTo("v1.4.3")} as a prerelease that was rolled back (12:00:01 UTC, after 1.2 s)`,
      `  - [x] Say on ${linkTo("v1.4.4")} that it holds v1.4.3 (12:00:02 UTC, after 2.5 s)`,
    ]) {
      expect(lines).toContain(line);
    }
    expect(renderRollback(ASKED, PLACE)).toContain(`  - [ ] Make ${linkTo("v1.4.2")} Latest\n`);
  });

  it("say of many later releases in one row what was done on all", () => {
    const many = { ...stopped(), affected: [...ASKED.affected, { id: 505, tag: "v1.4.5" }] };
    expect(renderRollback(many, PLACE)).toContain(`- [ ] Say on ${linkTo("v1.4.5")}`);
    const all = endStep(many, "mark v1.4.5", { at: NOON + 4 * SECOND, refused: null });
    expect(renderRollback(all, PLACE)).toContain(
      `  - [x] Say on ${linkTo("v1.4.4")}, ${linkTo("v1.4.5")} that they hold v1.4.3 (12:00:04 UTC, after 4 s)`,
    );
  });

  it("show what GitHub refused, with what to do by hand", () => {
    const refused = { latest: "Not Found", "mark v1.4.3": "no", "mark v1.4.4": "no" };
    const text = renderRollback(stopped(refused), PLACE);
    expect(text).toContain(
      `Latest: **GitHub refused**, Not Found. By hand: \`gh release edit v1.4.2 --latest\`, or [its form](${RELEASES}/edit/v1.4.2), or say \`/rollback v1.4.3\` to let it be tried again.`,
    );
    expect(text).toContain("By hand: `gh release edit v1.4.3 --prerelease`");
    expect(text).toContain("**GitHub refused**, no. By hand: write it there by [its form]");
    expect(stepsOf(stopped(refused))[0]).toBe("- [ ] **Stop**: nobody gets it any more");
  });

  it("end where a person resumes before the code is back", () => {
    const resumed = hearResumed(stopped(), NOON + SECOND);
    expect(stateOf(resumed)).toBe("resumed");
    expect(stepsOf(resumed)[1]).toBe(
      "- [x] **Let releases go again**: by a person's word, 2 Mar 2026, 12:00 UTC",
    );
    expect(renderRollback(resumed, PLACE)).not.toContain("Restore the code");
    for (const at of [null, NOON - 1]) expect(hearResumed(ASKED, at)).toBe(ASKED);
    expect(hearResumed(resumed, NOON + 9 * SECOND)).toBe(resumed);
    // Its code came back first.
    const merged = restoring({ state: "merged" }, resumed);
    expect(stepsOf(merged)).toHaveLength(5);
  });
});

describe("a length of time", () => {
  it.each([
    [-5, "0 s"],
    [2_449, "2.4 s"],
    [59_960, "60 s"],
    [60_000, "1 min"],
    [190_000, "3 min 10 s"],
    [2 * 3_600_000 + 5 * 60_000, "2 h 5 min"],
    [76 * 3_600_000, "3 d 4 h"],
  ])("%d ms is %s", (ms, text) => {
    expect(formatLength(ms)).toBe(text);
  });
});

describe("the issue of a rollback", () => {
  it("says what goes with it, and mentions nobody", () => {
    expect(titleOf(ASKED)).toBe("Rollback of v1.4.3");
    const text = renderRollback(stopped(), PLACE);
    expect(text).toMatch(/^<!-- smallbatch:rollback v1 repository=42 -->\n/);
    for (const line of [
      "git restore --source=refs/tags/v1.4.2 --staged --worktree -- .",
      `- [\`#41\`](${REPOSITORY.url}/pull/41) fix: \`@mona\` closes \`#7\`, by \`alice\``,
      "- …and 2 pull requests more",
      `- [\`#42\`](${REPOSITORY.url}/pull/42)`,
      "<details><summary>Restore the code by hand</summary>",
    ]) {
      expect(text.split("\n")).toContain(line);
    }
    expect(text).toContain(`${linkTo("v1.4.4")} was released later and holds it too.`);
    expect(text).toContain("compare/main...rollback-v1.4.3?expand=1) into `main`");
    expect(text).toContain("Which files it changed is not read yet");
  });

  it("folds the commands of git where Smallbatch is at it, and has others for a conflict", () => {
    expect(renderRollback(restoring({}), PLACE)).not.toContain("```sh");
    const first = renderRollback({ ...stopped(), restore: null }, PLACE);
    expect(first).not.toContain("```sh");
    expect(first).toContain("- [ ] **Roll forward**: by a new release: comment `/resume` here");
    expect(renderRollback(restoring({ state: "refused" }), PLACE)).toContain(
      "### Restore the code\n",
    );
    const manual = renderRollback(restoring({ state: "manual" }), PLACE);
    expect(manual).toContain("<details><summary>Restore the code by hand</summary>\n\nIn a clone");
    const conflicted = renderRollback(restoring({ state: "conflicted" }), PLACE);
    expect(conflicted).toContain("<details><summary>Resolve it in a clone</summary>");
    expect(conflicted).toContain("git merge origin/main\n");
  });

  it("says where Latest stays, what nobody knows, and what a first release has nothing of", () => {
    const first: Rollback = {
      ...ASKED,
      good: null,
      restore: null,
      movesLatest: false,
      affected: [],
      pulls: null,
      reason: "",
    };
    const text = renderRollback(first, PLACE);
    expect(text).toContain("Latest stays where it is: no good release before it is known");
    expect(text).toContain("by a new change: there is no tag before it");
    expect(text).toContain("Nobody knows which pull requests");
    expect(text).not.toContain("See the change");
    const other = renderRollback({ ...ASKED, movesLatest: false }, PLACE);
    expect(other).toContain("Latest stays where it is: it is none of these releases");
    const many = { ...ASKED, affected: [...ASKED.affected, { id: 505, tag: "v1.4.5" }] };
    expect(renderRollback({ ...many, pulls: { shown: [], count: 0 } }, PLACE)).toMatch(
      /- No pull requests\.[\s\S]*were released later and hold it too/,
    );
    expect(renderRollback({ ...ASKED, unmarked: 1 }, PLACE)).toContain(
      "holds it too; 1 older one may too, and nothing says so there. Until",
    );
    const maintenance = renderRollback(stopped(), { ...PLACE, branch: "1.x" });
    expect(maintenance).toContain(
      "tick the box of `1.x` on the release desk, or comment `/resume` on a pull request into it",
    );
  });

  it("is told to who asked for it, with what GitHub refused", () => {
    const issue = { number: 12, url: `${REPOSITORY.url}/issues/12` };
    const told = tellRollback({ ...stopped(), issue }, PLACE);
    expect(told).toContain(`Latest is ${linkTo("v1.4.2")}.`);
    expect(told).toContain(`[What was done, and what is left to do](${issue.url})`);
    expect(told).not.toContain("refused");
    const unopened = endStep(stopped({ latest: "no" }), ISSUE_STEP, {
      at: NOON,
      refused: "Issues are disabled",
    });
    const refused = tellRollback(unopened, PLACE);
    expect(refused).not.toContain("Latest is");
    expect(refused).toContain("**GitHub refused 2 steps.**");
    expect(refused).toContain("refused to open an issue for it: Issues are disabled");
    expect(tellRollback(ASKED, PLACE)).toContain("it did not say why");
  });
});
