import { describe, expect, it } from "@jest/globals";
import { plan } from "../../src/core/plan.ts";
import { previewPull } from "../../src/core/pulls/pull-preview.ts";
import type { LineState } from "../../src/core/state.ts";
import { renderStatus } from "../../src/core/status-comment.ts";
import { explainLines, placeMerged, placeOpen } from "../../src/core/why.ts";
import {
  ALICE,
  batchOf,
  check,
  head,
  lineState,
  NOON,
  openPull,
  policyFile,
  release,
} from "../support/states.ts";

const planned = (state: LineState) => ({ state, plan: plan(state, NOON) });

const judgeOpen = (state: LineState) =>
  placeOpen([previewPull(state, openPull(), NOON) ?? "invalid"]);

describe("/why", () => {
  it("says the reason of the line, what to do, and when it is looked at again", () => {
    const pending = lineState({
      head: head({
        checks: [check("ci/test", { state: "pending" })],
        requiredContexts: ["ci/test"],
      }),
    });
    expect(explainLines([planned(pending)])).toEqual([
      "- held: 1 check pending (ci/test).\n\n  It is released when they are green.\n\n" +
        "  It is looked at again at 2026-03-02 12:05 UTC at the latest.",
    ]);
    const closed = lineState({
      policyFile: policyFile(
        "version: 1\nschedule: {days: [tue], from: 09:00, to: 17:00, zone: UTC}\n",
      ),
    });
    expect(explainLines([planned(closed)]).join("")).toMatch(
      /^- held: outside the hours.*\n\n  Releases are cut.*\n\n  It is looked at again at 2026-03-03 09:00 UTC at the latest\.$/s,
    );
  });

  it("names lines beside the default one, ten at most", () => {
    const line = { ...lineState().line, component: "core" };
    const one = planned(lineState({ line, commits: [], commitCount: 0, pulls: [] }));
    expect(explainLines([one])[0]).toMatch(/^- `core`: /);
    const many = explainLines(Array.from({ length: 12 }, () => one));
    expect(many).toHaveLength(11);
    expect(many.at(-1)).toBe("- and 2 more lines");
  });

  it.each<[string, LineState, number, string]>([
    [
      "in the batch",
      lineState(),
      2,
      "it is in the next release, `1.4.3`, and asks for a patch one",
    ],
    [
      "that rides along",
      batchOf([{ title: "docs: a" }]),
      2,
      "it is in the next release, and rides along with other work",
    ],
    [
      "that was released",
      lineState({ releases: [release("v1.4.2", { cardPulls: [7] })] }),
      7,
      "it was released in `v1.4.2`",
    ],
    [
      "that was reverted",
      batchOf([
        { title: "fix: a" },
        { title: 'Revert "fix: a"', body: "Reverts acme/widgets#2", message: "Reverts #2" },
      ]),
      2,
      "it and what reverts it cancel each other",
    ],
    [
      "of long ago, where nothing is started",
      lineState({ policyFile: null }),
      1,
      "it is in none of the releases that were read, and in no next one",
    ],
  ])("says where a merged pull stands: %s", (_, state, number, text) => {
    expect(placeMerged([planned(state)], number)).toBe(text);
  });

  it("says what an open pull would release", () => {
    expect(judgeOpen(lineState())).toBe(
      "merged and green, it would release v1.4.3 (patch, with 1 other merged change)",
    );
    expect(judgeOpen(lineState({ policyFile: policyFile("nonsense") }))).toBe(
      "what it would release cannot be said now",
    );
  });

  it("stands in the comment after what was not done", () => {
    const url = "https://github.com/acme/widgets/pull/12#issuecomment-7";
    const answers = [{ said: "/resume", text: "nobody holds." }];
    const body = renderStatus(
      { author: ALICE, url, status: null },
      { answers, told: ["- idle: nothing."] },
    );
    expect(body.split("\n").slice(2)).toEqual([
      `[\`alice\`](${url}), this was not done:`,
      "",
      "- `/resume`: nobody holds.",
      "",
      `[\`alice\`](${url}) asked why:`,
      "",
      "- idle: nothing.",
    ]);
  });
});
