import { describe, expect, it } from "@jest/globals";
import type { Records } from "../../../src/core/clocks/records.ts";
import { renderWeekly, titleOfWeekly } from "../../../src/core/weekly/weekly-text.ts";
import { composeWeekly, isNothing, recordWindow } from "../../../src/core/weekly/weekly-view.ts";
import type { WeeklyFacts } from "../../../src/core/weekly/weekly-view.ts";
import { findActive } from "../../hostile/github-filters.ts";
import { parseMicromark } from "../../hostile/markdown-tree.ts";
import { TEXTS } from "../../hostile/texts.ts";
import {
  CLAUDE,
  DAY,
  feedbackRecord,
  HOUR,
  pullRecord,
  recordsWith,
  releaseRecord,
  START,
} from "../clocks/build-records.ts";

/** A Monday, eight weeks and a bit after the first record. */
const END = START + 56 * DAY + 8 * HOUR;
const WEEK = { from: END - 7 * DAY, to: END };
const URL = "https://github.com/acme/widgets";

function facts(records: Partial<Records>, change: Partial<WeeklyFacts> = {}): WeeklyFacts {
  return {
    repository: { id: 1, url: URL },
    week: WEEK,
    zone: "Europe/Berlin",
    records: recordsWith(records),
    readAt: END,
    pageUrl: null,
    ...change,
  };
}

const render = (records: Partial<Records>, change: Partial<WeeklyFacts> = {}): string =>
  renderWeekly(composeWeekly(facts(records, change)));

/** Work of eight weeks, two pulls a day, each released the next day; all of it the same. */
function steady(hours: (day: number) => number = () => 20): Partial<Records> {
  const numbers = Array.from({ length: 112 }, (_, at) => at + 1);
  const pulls = numbers.map((number) => {
    const day = Math.floor((number - 1) / 2);
    const createdAt = START + day * DAY;
    const mergedAt = createdAt + hours(day) * HOUR;
    const title = `Change ${number}`;
    return pullRecord(number, { title, createdAt, mergedAt, mergeSha: `${number}`.repeat(3) });
  });
  const releases = Array.from({ length: 54 }, (_, day) =>
    releaseRecord(`v1.0.${day}`, START + day * DAY + 30 * HOUR, [day * 2 + 1, day * 2 + 2]),
  );
  return { pulls, releases };
}

const WHOLE = [
  "**Half of merged work is usable within 18 hours (57 changes, 4 still waiting).**",
  "",
  "### What changed",
  "",
  "From 2026-02-23 09:00 Europe/Berlin to 2026-03-02 09:00 Europe/Berlin: 5 releases, 14 pull requests merged (at least 1 with an agent), 1 commit pushed without one, 1 release taken back, 1 report of trouble or ideas opened, 1 closed.",
  "",
  "- [`v1.0.53`](https://github.com/acme/widgets/releases/tag/v1.0.53), Saturday: [`#107`](https://github.com/acme/widgets/commit/107107107) Change 107; [`#108`](https://github.com/acme/widgets/commit/108108108) Change 108",
  "- [`v1.0.52`](https://github.com/acme/widgets/releases/tag/v1.0.52), Friday: [`#105`](https://github.com/acme/widgets/commit/105105105) Fix \\`it\\` for `@mona,` see `#7`; [`#106`](https://github.com/acme/widgets/commit/106106106) Change 106",
  "- [`v1.0.51`](https://github.com/acme/widgets/releases/tag/v1.0.51), Thursday: [`#103`](https://github.com/acme/widgets/commit/103103103) Change 103; [`#104`](https://github.com/acme/widgets/commit/104104104) Change 104",
  "- [`v1.0.50`](https://github.com/acme/widgets/releases/tag/v1.0.50), Wednesday, taken back since: [`#101`](https://github.com/acme/widgets/commit/101101101) Change 101; [`#102`](https://github.com/acme/widgets/commit/102102102) Change 102; `#7000`; 1 more change",
  "- [`v1.0.49`](https://github.com/acme/widgets/releases/tag/v1.0.49), Tuesday: [`#99`](https://github.com/acme/widgets/commit/999999) Change 99; [`#100`](https://github.com/acme/widgets/commit/100100100) Change 100",
  "",
  "### What the clocks find",
  "",
  "5 patterns were looked for and not seen; there is not enough data for 2 more.",
  "",
  "### Three numbers",
  "",
  "The 28 days to Monday 2 March 2026, against the 28 before.",
  "",
  "- **From the start of work to merged**: half of work is merged within 12 hours (54 pulls). No clear change: 0.5 times what it was, between 0.5 and 1.",
  "- **From merged to usable**: half of merged work is usable within 18 hours (57 changes, 4 still waiting). No clear change: 3 times what it was, as counted.",
  "- **Releases that brought trouble, at most**: 0 % of releases may have failed within 14 days (0 of 26, 12 pending). No clear change: +0 points against before, between −12 points and +22 points.",
  "",
  "### Oldest unreleased work",
  "",
  "- [`#109`](https://github.com/acme/widgets/commit/109109109) Change 109, merged 44 hours before",
  "- [`#110`](https://github.com/acme/widgets/commit/110110110) Change 110, merged 44 hours before",
  "- [`#111`](https://github.com/acme/widgets/commit/111111111) Change 111, merged 20 hours before",
  "- [`#112`](https://github.com/acme/widgets/commit/112112112) Change 112, merged 20 hours before",
  "",
  "---",
  "",
  "[All numbers, with the rows of each](https://smallbatch.test/r/acme/widgets). Two spans of time differ in more than one thing: people, work and seasons changed, too, so this says that something changed, and not why. This is written because `weekly` stands in `.github/smallbatch.yml`; without it there is none. The next report closes this one.",
  "",
  "<!-- smallbatch:weekly v1 repository=1 to=2026-03-02T08:00:00.000Z -->",
  "",
].join("\n");

const UNKNOWN = [
  "**Not enough data about merged work (1 pull, 1 still waiting).**",
  "",
  "### What changed",
  "",
  "From 2026-02-23 08:00 UTC to 2026-03-02 08:00 UTC: 0 releases, 1 pull request merged (1 by bots), 0 reports of trouble or ideas opened, 0 closed.",
  "",
  "### What the clocks find",
  "",
  "Nothing: there is not enough data yet for any of 7 patterns.",
  "",
  "### Three numbers",
  "",
  "The 28 days to Monday 2 March 2026, against the 28 before.",
  "",
  "- **From the start of work to merged**: not known, because not enough data: 0 of 5 pulls.",
  "- **From merged to usable**: not known, because not enough data: 1 of 5 pulls.",
  "- **Releases that brought trouble, at most**: not known, because there is none.",
  "",
  "### Oldest unreleased work",
  "",
  "- `#1`, merged 24 hours before",
  "",
  "---",
  "",
  "GitHub was last read to the end on 2026-02-27 08:00 UTC: something since may be missing.",
  "",
  "Two spans of time differ in more than one thing: people, work and seasons changed, too, so this says that something changed, and not why. This is written because `weekly` stands in `.github/smallbatch.yml`; without it there is none. The next report closes this one.",
  "",
  "<!-- smallbatch:weekly v1 repository=1 to=2026-03-02T08:00:00.000Z -->",
  "",
].join("\n");

describe("the weekly report", () => {
  it("says what changed, what is found, three numbers, and what waits", () => {
    const { pulls = [], releases = [] } = steady((day) => (day < 28 ? 24 : 12));
    const records = {
      pulls: pulls.map((pull) =>
        pull.number === 105
          ? {
              ...pull,
              agents: [{ ...CLAUDE, role: "coauthor" as const }],
              title: "Fix `it` for @mona, see #7",
            }
          : pull,
      ),
      commits: [{ repositoryId: 1, sha: "c0ffee00", at: END - 3 * DAY, isReleasable: true }],
      releases: releases.map((release) =>
        release.tag === "v1.0.50"
          ? {
              ...release,
              rolledBackAt: END - 2 * DAY,
              carries: [
                ...release.carries,
                { pull: 7_000, sha: "1", how: "cherry-pick" as const },
                { pull: null, sha: "c0ffee00", how: "direct" as const },
              ],
            }
          : release,
      ),
      feedback: [
        feedbackRecord("issue/900", END - 2 * DAY, { closedAt: END - DAY, resolution: "declined" }),
        feedbackRecord("issue/901", END - 2 * DAY, { duplicateOf: "issue/900" }),
        feedbackRecord("rollback/v1.0.50", END - 2 * DAY, { kind: "rollback" }),
      ],
    };
    const text = render(records, { pageUrl: "https://smallbatch.test/r/acme/widgets" });
    expect(text).toBe(WHOLE);
    expect(titleOfWeekly({ week: WEEK, zone: "Europe/Berlin" })).toBe(
      "Weekly report to 2 March 2026",
    );
  });

  it("says what it does not know, and why", () => {
    const text = render(
      { pulls: [pullRecord(1, { title: "", mergedAt: END - DAY, mergeSha: null, isBot: true })] },
      { readAt: END - 3 * DAY, zone: "UTC" },
    );
    expect(text).toBe(UNKNOWN);
  });

  it("says where nothing waits, and cuts what is long", () => {
    const { pulls = [] } = steady();
    const many = Array.from({ length: 12 }, (_, at) =>
      releaseRecord(
        `v2.0.${at}`,
        END - HOUR - at,
        at === 0 ? pulls.map((each) => each.number) : [],
      ),
    );
    const text = render({ pulls, releases: many });
    expect(text).toContain("Nothing: all that was merged and is to be released is usable.");
    expect(text).toContain("; 109 more changes\n");
    expect(text).toContain("- and 2 more releases\n");
    expect(text).toContain(", Monday: no change of its own\n");
    expect(render({ pulls })).toContain("- and 107 more that wait less long\n");
  });

  it.each([
    ["ratio", "faster", "down", "Faster"],
    ["ratio", "faster", "up", "Slower"],
    ["difference", "better", "down", "Better"],
    ["difference", "better", "up", "Worse"],
    ["ratio", "faster", "unclear", "No clear change"],
  ] as const)("a %s that is %s when lower and goes %s: %s", (kind, down, direction, words) => {
    const view = composeWeekly(facts(steady()));
    const sentence = "0.5 times what it was, between 0.3 and 0.7: clearly moved";
    const change = { kind, value: 0.5, interval: null, direction, sentence };
    const measured = { value: 1, sentence: "half of it is done", missing: null };
    const text = renderWeekly({ ...view, numbers: [{ name: "A number", measured, change, down }] });
    const said = `half of it is done. ${words}: 0.5 times what it was, between 0.3 and 0.7.`;
    expect(text).toContain(`- **A number**: ${said}\n`);
  });

  it("takes how fast reports come back for the third number where that is known", () => {
    const { pulls = [], releases = [] } = steady();
    const feedback = releases.slice(-10).map(({ tag, publishedAt: at }, nth) =>
      feedbackRecord(`issue/${500 + nth}`, at + HOUR, {
        attribution: { tier: "explicit", tag, by: "label" },
        closedAt: at + 30 * HOUR,
        resolution: "fixed",
        fixedAt: at + 20 * HOUR,
        fixTag: tag,
        fixUsableAt: at + 25 * HOUR,
      }),
    );
    const text = render({ pulls, releases, feedback });
    expect(text).toMatch(/a fix that people can use\*\*: half of .* within .*\. Not enough data/);
  });

  it("says what is found, and how much was looked for", () => {
    const view = composeWeekly(facts(steady()));
    const sentence = "more is merged, or faster, and people do not get more of it";
    const name = "high score, low output" as const;
    const said = (...states: readonly ("fires" | "quiet" | "unknown")[]): string => {
      const findings = states.map((state) => ({ name, state, sentence, numbers: [], weeks: [] }));
      return renderWeekly({ ...view, findings }).split("###")[2] ?? "";
    };
    const found = `- **High score, low output**: ${sentence}.`;
    const head = " What the clocks find\n\n";
    expect(said("fires", "quiet")).toBe(
      `${head}${found}\n\n1 pattern was looked for and not seen.\n\n`,
    );
    expect(said("quiet", "quiet", "unknown")).toBe(
      `${head}2 patterns were looked for and not seen; there is not enough data for 1 more.\n\n`,
    );
  });

  it.each(TEXTS)("is inert with the title %j", (title) => {
    const { pulls = [], releases = [] } = steady();
    const named = pulls.map((pull) => ({ ...pull, title }));
    const text = render({
      pulls: named,
      releases: releases.map((each) => ({ ...each, tag: each.tag })),
    });
    const allowed = {
      html: [/^<!-- smallbatch:weekly v1 repository=1 to=\S+ -->$/],
      links: [URL],
      mentions: [],
      references: [],
      headings: ["What changed", "What the clocks find", "Three numbers", "Oldest unreleased work"],
      emphases: [],
    };
    const active = findActive(parseMicromark(text), allowed, { emoji: false });
    expect(active.filter(({ what }) => what !== "emphasis" && what !== "rule")).toEqual([]);
    expect(text.length).toBeLessThan(20_000);
  });
});

describe("a week in which nothing happened", () => {
  it("is one without merges, releases, reports and findings", () => {
    expect(isNothing(composeWeekly(facts({})))).toBe(true);
    // What waits alone is no news.
    const waits = { pulls: [pullRecord(1, { mergedAt: END - 20 * DAY })] };
    expect(isNothing(composeWeekly(facts(waits)))).toBe(true);
    const merged = { pulls: [pullRecord(1, { mergedAt: END - DAY })] };
    expect(isNothing(composeWeekly(facts(merged)))).toBe(false);
    const view = composeWeekly(facts({}));
    const [finding] = view.findings;
    const fires = finding === undefined ? [] : [{ ...finding, state: "fires" as const }];
    expect(isNothing({ ...view, findings: fires })).toBe(false);
  });

  it("is judged by records that reach back far enough for the clocks", () => {
    expect(recordWindow(WEEK)).toEqual({ from: END - 210 * DAY, to: END });
    expect(recordWindow({ from: END - 40 * DAY, to: END }).from).toBe(END - 222 * DAY);
  });
});
