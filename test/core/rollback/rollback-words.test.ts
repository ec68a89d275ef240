import { describe, expect, it } from "@jest/globals";
import { addBanner, formatBanner, readBanner } from "../../../src/core/rollback/banner.ts";
import { restoreCommands } from "../../../src/core/rollback/restore-commands.ts";
import {
  formatRollbackMarker,
  formatRollbackState,
  isStateChanged,
  isStateOlder,
  readRollbackState,
} from "../../../src/core/rollback/rollback-marker.ts";
import { NOON } from "../../support/states.ts";
import { RELEASES, REPOSITORY, stopped } from "../../support/told-rollbacks.ts";

const sign = (text: string): string => String(text.length).padStart(64, "0");

const always = (): string => "0".repeat(64);

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

describe("the hidden state of the issue", () => {
  const { issue: _, openingAt: _at, said: _said, ...rollback } = stopped();
  const marker = formatRollbackMarker(42);
  const bodyOf = (repository: number, signedBy = sign): string =>
    `${marker}\n${formatRollbackState(repository, { line: "a1", rollback: stopped() }, signedBy)}`;

  it("is missed where somebody wrote over it, and not for words beside it", () => {
    expect(isStateChanged(bodyOf(42), "Gone")).toBe(true);
    expect(isStateChanged(bodyOf(42), bodyOf(43))).toBe(true);
    expect(isStateChanged(bodyOf(42), `${bodyOf(42)}\nBy hand`)).toBe(false);
  });

  it("is older where it knows of fewer steps, as that of a request that was on its way for long", () => {
    const newer = stopped();
    const older = { ...newer, steps: {} };
    const [after, before] = [older, newer].map((each) =>
      formatRollbackState(42, { line: "a1", rollback: each }, sign),
    );
    expect(isStateOlder(before ?? "", after ?? "")).toBe(true);
    expect(isStateOlder(after ?? "", before ?? "")).toBe(false);
    expect(isStateOlder(before ?? "", before ?? "")).toBe(false);
    expect(isStateOlder("No state", "Nor here")).toBe(false);
  });

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
    const kept = { line: "a1", rollback: { ...stopped(), restoration } };
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
