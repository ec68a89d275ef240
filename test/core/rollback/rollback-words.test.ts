import { describe, expect, it } from "@jest/globals";
import { addBanner, formatBanner, readBanner } from "../../../src/core/rollback/banner.ts";
import { restoreCommands } from "../../../src/core/rollback/restore-commands.ts";
import {
  renderRollback,
  tellRollback,
  titleOf,
} from "../../../src/core/rollback/rollback-issue.ts";
import {
  formatRollbackMarker,
  formatRollbackState,
  readRollbackState,
} from "../../../src/core/rollback/rollback-marker.ts";
import { endStep, hearResumed, ISSUE_STEP, stateOf } from "../../../src/core/rollback/rollback.ts";
import type { Rollback } from "../../../src/core/rollback/rollback.ts";
import { NOON, SECOND } from "../../support/states.ts";

const REPOSITORY = { id: 42, url: "https://github.com/acme/widgets", defaultBranch: "main" };
const PLACE = { repository: REPOSITORY, branch: "main" };
const RELEASES = `${REPOSITORY.url}/releases`;
const sign = (text: string): string => String(text.length).padStart(64, "0");

const always = (): string => "0".repeat(64);

const ASKED: Rollback = {
  release: { id: 503, tag: "v1.4.3" },
  good: { id: 502, tag: "v1.4.2" },
  movesLatest: true,
  restore: { before: "v1.4.2", path: null, others: [] },
  affected: [{ id: 504, tag: "v1.4.4" }],
  pulls: { shown: [{ number: 41, title: "fix: @mona closes #7", author: "alice" }], count: 3 },
  loses: { shown: [{ number: 42, title: null, author: null }], count: 1 },
  by: "wilma",
  reason: "it burns",
  url: `${REPOSITORY.url}/pull/41#issuecomment-9`,
  at: NOON,
  steps: {},
  restoration: null,
  reland: null,
  resumedAt: null,
  issue: null,
  openingAt: null,
  said: null,
};

function ended(refused: Partial<Record<string, string>> = {}): Rollback {
  return ["latest", "mark v1.4.3", "mark v1.4.4"].reduce(
    (rollback, key, nth) =>
      endStep(rollback, key, { at: NOON + nth * 1_240, refused: refused[key] ?? null }),
    ASKED,
  );
}

describe("a banner", () => {
  const bad = formatBanner(
    { as: "rolled-back", tag: "v1.4.3" },
    { at: NOON, good: "v1.4.2", releasesUrl: RELEASES },
  );
  const affected = formatBanner(
    { as: "affected", tag: "v1.4.3" },
    { at: NOON, good: null, releasesUrl: RELEASES },
  );

  it("says what to use instead, and is read back at the top alone", () => {
    expect(bad).toBe(
      [
        `<!-- smallbatch:rolled-back v1 tag=v1.4.3 at=${NOON} -->`,
        "> [!CAUTION]",
        `> **This release was rolled back on 2026-03-02.** Use [v1.4.2](${RELEASES}/tag/v1.4.2) instead.`,
      ].join("\n"),
    );
    expect(affected).toMatch(/\*\*This release holds \[v1\.4\.3\].*, which was rolled back/);
    expect(affected).not.toContain("instead");
    const read = { as: "rolled-back", tag: "v1.4.3" };
    expect(readBanner(addBanner("Notes", bad))).toEqual({ ...read, at: NOON });
    expect(readBanner(bad.replace(/ at=\d+/, ""))).toEqual(read);
    expect(readBanner(`Notes\n${bad}\n`)).toBeNull();
    expect(readBanner("<!-- smallbatch:affected v1 tag=%E0%A4%A -->\n")).toBeNull();
  });

  it("stands there once, and the worse one counts", () => {
    const once = addBanner("Notes\n> quoted", bad);
    expect(once).toBe(`${bad}\n\nNotes\n> quoted`);
    expect(addBanner(once, bad)).toBe(once);
    expect(addBanner(once, affected)).toBe(once);
    expect(addBanner(addBanner("Notes", affected), bad)).toBe(`${bad}\n\nNotes`);
    expect(addBanner(`${affected}\n`, bad)).toBe(`${bad}\n\n`);
    expect(addBanner(affected, bad)).toBe(`${bad}\n\n`);
  });
});

describe("the issue of a rollback", () => {
  it("says what was done when, what is left to do, and what goes with it, and mentions nobody", () => {
    expect(titleOf(ASKED)).toBe("Rollback of v1.4.3");
    const text = renderRollback(ended(), PLACE);
    expect(text).toMatch(/^<!-- smallbatch:rollback v1 repository=42 -->\n/);
    for (const line of [
      `**[v1.4.3](${RELEASES}/tag/v1.4.3) is rolled back, and nothing more is released by itself.** Its code is still on the branch.`,
      `\`wilma\` [asked for it](${ASKED.url}) on 2 Mar 2026, 12:00 UTC: it burns`,
      "- [x] Hold automatic releases of this line (12:00:00 UTC)",
      `- [x] Make [v1.4.2](${RELEASES}/tag/v1.4.2) Latest (12:00:00 UTC)`,
      `- [x] Mark [v1.4.3](${RELEASES}/tag/v1.4.3) as a prerelease that was rolled back (12:00:01 UTC, after 1.2 s)`,
      `- [x] Say on [v1.4.4](${RELEASES}/tag/v1.4.4) that it holds v1.4.3 (12:00:02 UTC, after 2.5 s)`,
      "- [ ] Let releases go again: by `/resume`, when the code is restored",
      "git restore --source=refs/tags/v1.4.2 --staged --worktree -- .",
      `- [\`#41\`](${REPOSITORY.url}/pull/41) fix: \`@mona\` closes \`#7\`, by \`alice\``,
      "- …and 2 pull requests more",
      `- [\`#42\`](${REPOSITORY.url}/pull/42)`,
    ]) {
      expect(text.split("\n")).toContain(line);
    }
    expect(text).toContain(`[v1.4.4](${RELEASES}/tag/v1.4.4) was released later and holds it too.`);
    expect(text).toContain(`compare/main...rollback-v1.4.3?expand=1) into \`main\``);
    expect(text).toContain("comment `/resume` here");
  });

  it("shows a step that is not done yet, and one that GitHub refused with what to do by hand", () => {
    const asked = renderRollback(ASKED, PLACE);
    expect(asked).toContain("is being rolled back, and nothing more is released");
    expect(asked).toContain(`- [ ] Make [v1.4.2](${RELEASES}/tag/v1.4.2) Latest\n`);
    const refused = { latest: "Not Found", "mark v1.4.3": "no", "mark v1.4.4": "no" };
    const text = renderRollback(ended(refused), PLACE);
    expect(text).toContain(
      "Latest: **GitHub refused**, Not Found. By hand: `gh release edit v1.4.2 --latest`, or say `/rollback v1.4.3` again",
    );
    expect(text).toContain("By hand: `gh release edit v1.4.3 --prerelease`");
    expect(text).toContain("**GitHub refused**, no. Edit its notes by hand");
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
    expect(text).toContain("is the first release that is known of its line");
    expect(text).toContain("Nobody knows which pull requests");
    expect(text).not.toContain("See the change");
    const other = renderRollback({ ...ASKED, movesLatest: false }, PLACE);
    expect(other).toContain("Latest stays where it is: it is none of these releases");
    const many = { ...ASKED, affected: [...ASKED.affected, { id: 505, tag: "v1.4.5" }] };
    expect(renderRollback({ ...many, pulls: { shown: [], count: 0 } }, PLACE)).toMatch(
      /- No pull requests\.[\s\S]*were released later and hold it too/,
    );
    const maintenance = renderRollback(ASKED, { ...PLACE, branch: "1.x" });
    expect(maintenance).toContain("comment `/resume` on it, or tick that box of `1.x`");
  });

  it("has no more to do when a person resumed", () => {
    const resumed = hearResumed(ended(), NOON + SECOND);
    const text = renderRollback(resumed, PLACE);
    expect(stateOf(resumed)).toBe("resumed");
    expect(text).toContain("was rolled back.** Releases go on since 2 Mar 2026, 12:00 UTC.");
    expect(text).toContain("- [x] Let releases go again (2 Mar 2026, 12:00 UTC)");
    expect(text).not.toContain("Restore the code");
    for (const at of [null, NOON - 1]) expect(hearResumed(ASKED, at)).toBe(ASKED);
    expect(hearResumed(resumed, NOON + 9 * SECOND)).toBe(resumed);
  });

  it("is told to who asked for it, with what GitHub refused", () => {
    const issue = { number: 12, url: `${REPOSITORY.url}/issues/12` };
    const told = tellRollback({ ...ended(), issue }, PLACE);
    expect(told).toContain(`Latest is [v1.4.2](${RELEASES}/tag/v1.4.2).`);
    expect(told).toContain(`[What was done, and what is left to do](${issue.url})`);
    expect(told).not.toContain("refused");
    const unopened = endStep(ended({ latest: "no" }), ISSUE_STEP, {
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

describe("the hidden state of the issue", () => {
  const { issue: _, openingAt: _at, said: _said, ...rollback } = ended();
  const marker = formatRollbackMarker(42);
  const bodyOf = (repository: number, signedBy = sign): string =>
    `${marker}\n${formatRollbackState(repository, { line: "a1", rollback: ended() }, signedBy)}`;

  it("gives all of it back", () => {
    expect(readRollbackState(bodyOf(42), 42, sign)).toEqual({ line: "a1", rollback });
  });

  it("gives how far its code has come, which issues of before do not tell", () => {
    const written = bodyOf(42, always);
    const older = written.replace('"restoration":null,', "");
    expect(older).not.toBe(written);
    expect(readRollbackState(older, 42, always)?.rollback).toEqual(rollback);
    const restoration = {
      branch: "smallbatch/rollback-v1.4.3",
      commit: "c".repeat(40),
      pull: { number: 51, url: `${REPOSITORY.url}/pull/51` },
      state: "conflicted" as const,
      since: NOON,
      reason: "it conflicts",
      inTheWay: [44],
      mergedSha: null,
      releasedTag: null,
    };
    const kept = { line: "a1", rollback: { ...ended(), restoration } };
    const body = `${marker}\n${formatRollbackState(42, kept, sign)}`;
    expect(readRollbackState(body, 42, sign)?.rollback).toEqual({ ...rollback, restoration });
  });

  it("is nothing where it was changed, is another repository's, or is no such issue", () => {
    expect(
      readRollbackState(bodyOf(42).replace("wilma", "wilmi"), 42, () => "f".repeat(64)),
    ).toBeNull();
    expect(readRollbackState(bodyOf(43), 42, sign)).toBeNull();
    expect(readRollbackState(bodyOf(42).replace(marker, ""), 42, sign)).toBeNull();
    expect(readRollbackState(marker, 42, sign)).toBeNull();
    const empty = `${marker}\n<!-- smallbatch:rollback-state v1 {} ${sign("{}")} -->`;
    expect(readRollbackState(empty, 42, sign)).toBeNull();
  });
});

describe("the commands that restore the code", () => {
  it("quote what a shell would read", () => {
    const commands = restoreCommands("v1'0", { before: "v0 9", path: "a b", others: ["a b/c"] });
    expect(commands).toEqual([
      "git fetch origin --tags",
      String.raw`git switch --no-track --create 'rollback-v1'\''0' 'refs/tags/v1'\''0'`,
      "git restore --source='refs/tags/v0 9' --staged --worktree -- 'a b' ':(top,exclude)a b/c'",
      String.raw`git commit --message='fix: roll back v1'\''0'`,
      String.raw`git push origin 'rollback-v1'\''0'`,
    ]);
  });
});
