import { describe, expect, it } from "@jest/globals";
import * as fc from "fast-check";
import { listTicked, readBoxes } from "../../../src/core/desk/desk-box.ts";
import type { DeskLine, DeskNews } from "../../../src/core/desk/desk-view.ts";
import { codeReferences, formatDay } from "../../../src/core/desk/desk-words.ts";
import {
  DESK_CHARS_MAX,
  hasDeskMarker,
  isDeskOf,
  renderClosedDesk,
  renderDesk,
} from "../../../src/core/desk/desk.ts";
import { deskLine, deskView } from "../../support/desk.ts";
import {
  batchOf,
  BOB,
  check,
  DAY,
  head,
  HOUR,
  lineState,
  memory,
  MINUTE,
  NOON,
  policyFile,
  release,
} from "../../support/states.ts";

const BREAKING = batchOf([
  { title: "feat!: rename everything" },
  { title: "fix: hello @mona, see #12 and <b>this</b>" },
]);
const HELD = batchOf([{ title: "fix: stops" }], {
  head: head({ sha: BREAKING.commits[1]?.sha ?? "", checks: [check("ci/test", { state: "red" })] }),
});
const IDLE = lineState({ commits: [], commitCount: 0, pulls: [] });
const BY_HAND = { by: "mona", reason: "the API is on fire", url: null, at: NOON };

const show = (...lines: readonly DeskLine[]): string => renderDesk(deskView(lines));
/** Those of releases that can be taken back are left out. */
const acts = (body: string): string[] =>
  readBoxes(body).flatMap(({ act }) => (act === "rollback" ? [] : [act]));
const part = (line: DeskLine, component: string): DeskLine => {
  return { ...line, name: component, line: { ...line.line, component } };
};

describe("the desk", () => {
  it("says what a prepared release waits for, and what to press", () => {
    const body = show(deskLine(BREAKING));
    expect(body).toContain("**One release waits for a person.**");
    expect(body).toContain("### v2.0.0 waits for you to publish it");
    expect(body).toMatch(/\n- \[ \] <!-- [^\n]* --> \*\*Publish v2\.0\.0\*\* with its 2 changes/);
    expect(acts(body)).toEqual(["publish", "hold"]);
  });

  it("says what a person holds, and offers to resume alone", () => {
    const state = { ...BREAKING, memory: memory({ hold: BY_HAND }) };
    const body = show(deskLine(state));
    expect(body).toContain("### Releases are on hold\n\nHeld by mona since 2026-03-02 12:00 UTC");
    expect(acts(body)).toEqual(["resume"]);
  });

  it("says since when what no box ends is held", () => {
    const body = show(deskLine(HELD));
    expect(body).toContain("**One release is held.** No box here ends that.");
    expect(body).toMatch(/1 check failed \(ci\/test\)\. Waiting since 2 Mar 2026, 11:00 UTC\./);
    expect(acts(body)).toEqual(["hold"]);
  });

  it("offers to release now what only waits for its time", () => {
    const state = { ...HELD, head: head({ sha: HELD.head?.sha ?? "" }) };
    const frozen = { ...state, policyFile: policyFile("version: 1\nwindow: {quiet: 2h}\n") };
    const body = show(deskLine(frozen));
    expect(acts(body)).toEqual(["release", "hold"]);
    expect(body).toContain("**Release v1.4.3 now** with 1 change, without waiting");
    const docs = batchOf([{ title: "docs: more" }]);
    const riding = show(deskLine(docs));
    expect(riding).toContain("### No release is due");
    expect(readBoxes(riding)[0]).toMatchObject({ act: "release", batch: { version: "1.4.3" } });
  });

  it("shows the first release that is to come, and what no version can be given", () => {
    const first = show(deskLine({ ...BREAKING, baseTag: null, tags: [], releases: [] }));
    expect(first).toContain("**Publish v0.1.0**");
    expect(first).not.toContain("/compare/");
    const line = { ...BREAKING.line, branch: "1.x" };
    const pulls = BREAKING.pulls.map((each) => ({ ...each, baseBranch: "1.x" }));
    const body = show(deskLine({ ...BREAKING, line, pulls }));
    expect(body).toContain("### The next release is held");
    expect(body).toContain("is not in 1\\.x".replace("\\.", "."));
    expect(body).toContain("<summary>2 changes in it</summary>");
  });

  it("is calm where nothing waits", () => {
    const body = show(deskLine(IDLE));
    expect(body).toContain("**Nothing waits for a person.**");
    expect(body).toContain("Nothing merged since v1.4.2.");
    expect(body).not.toContain("changes in it");
  });

  it("has no boxes where they would do nothing", () => {
    for (const change of [
      { policyFile: null },
      { canRelease: false },
      { head: null },
      { policyFile: policyFile("version: 9\n") },
    ]) {
      const line = deskLine({ ...BREAKING, ...change });
      expect(acts(show(line))).toEqual(change.policyFile?.text === "version: 9\n" ? ["hold"] : []);
    }
  });

  it("keeps lines of which nothing waits in one row each", () => {
    const quiet = part(deskLine(IDLE), "cli");
    const body = show(deskLine(IDLE), part(deskLine(BREAKING), "core"), quiet, {
      ...part(deskLine(IDLE), "old"),
      boxes: [],
    });
    expect(body).toContain("### `core`: v2.0.0 waits for you to publish it");
    expect(body).toMatch(/### Nothing to release\n\n.*\*\*Hold releases\*\* of the repository/);
    expect(body).toMatch(/\*\*Hold releases\*\* of `cli` \(needs write\)\n- `old`\n/);
    const two = show(deskLine(HELD), part(deskLine(HELD), "core"), quiet);
    expect(two).toContain("**2 releases are held.**");
    expect(two).toContain("### The repository: v1.4.3 is held");
    expect(show(deskLine(BREAKING), part(deskLine(BREAKING), "core"))).toContain(
      "**2 releases wait for a person.**",
    );
  });

  it("lists releases with what became of them, the older ones folded", () => {
    const ran = check("publish", { startedAt: NOON - 2 * HOUR, state: "red" });
    const ours = { isOurs: true, cardPulls: [1, 2], cardChecks: ["ci/test"] } as const;
    const releases = [
      release("v1.4.2", { ...ours, publishedAt: NOON - 2 * HOUR - MINUTE, checks: [ran] }),
      release("v1.4.1", {
        publishedAt: NOON - DAY,
        cardPulls: null,
        cardChecks: null,
        isOurs: false,
      }),
      release("v1.3.0", { ...ours, publishedAt: NOON - 3 * DAY, cardPulls: [3], cardChecks: [] }),
      release("v1.2.0", { ...ours, publishedAt: NOON - 4 * DAY }),
    ];
    const line = deskLine({ ...IDLE, releases }, NOON, {
      "v1.3.0": { kind: "published", names: ["npm"] },
    });
    const body = show(line);
    expect(body).toContain(
      "2 Mar 2026, 09:59 UTC · patch · 2 pull requests · 1 check green · **on GitHub only**: publish failed",
    );
    expect(body).toContain("· 1 Mar 2026, 12:00 UTC · minor · made by hand · usable\n");
    expect(body).toContain("minor · 1 pull request · no checks · usable, npm done\n");
    expect(body).toContain("<details><summary>3 releases before it</summary>");
  });

  it("says of the newest release what its own checks do", () => {
    const running = check("npm", { startedAt: NOON - MINUTE, state: "pending" });
    const newest = { publishedAt: NOON - 2 * MINUTE, cardChecks: [], checks: [running] };
    const before = {
      publishedAt: NOON - DAY,
      cardChecks: [],
      checks: [check("npm", { startedAt: NOON - DAY + 1_000 })],
    } as const;
    const releases = [release("v1.4.2", newest), release("v1.4.1", before)];
    expect(show(deskLine({ ...IDLE, releases }))).toContain("being published (npm)");
    const awaited = [
      release("v1.4.2", { ...newest, publishedAt: NOON - 1_000, checks: [] }),
      releases[1],
    ];
    const state = { ...IDLE, releases: awaited.flatMap((each) => each ?? []) };
    expect(show(deskLine(state))).toContain("being published (npm)");
  });

  it.each([
    ["publishing", "being published (npm)"],
    ["overdue", "**on GitHub only so far**: npm did not end within an hour"],
  ] as const)("says of a release that is %s what that means", (kind, said) => {
    const line = deskLine(IDLE);
    const releases = line.releases.map((each) => ({ ...each, fate: { kind, names: ["npm"] } }));
    expect(show({ ...line, releases })).toContain(said);
  });

  it("says who asked for what, and what is to be mended", () => {
    const news: DeskNews[] = [
      { at: NOON, by: "mona", said: "/hold @everyone", url: "https://github.com/a", refused: null },
      { at: NOON, by: null, said: "Publish v2.0.0", url: null, refused: "tick it again." },
    ];
    const problems = [
      { where: "core", what: "too many tags", fix: "Write `base:`." },
      ...Array.from({ length: 11 }, () => ({ where: "", what: "x", fix: "y" })),
    ];
    const body = renderDesk(deskView([deskLine(IDLE)], { news, problems }));
    expect(body).toContain("`mona` asked for [`/hold @everyone`](https://github.com/a)\n");
    expect(body).toContain(
      "Somebody asked for `Publish v2.0.0`, and nothing was done: tick it again.",
    );
    expect(body).toContain("- `core`: too many tags. Write `base:`.");
    expect(body).toContain("- …and 2 more");
    const one = renderDesk(deskView([deskLine(IDLE)], { problems: problems.slice(0, 1) }));
    expect(one).not.toContain("…and");
  });

  it("is the same for the same view, and names no pull where GitHub would note it", () => {
    const body = show(deskLine(BREAKING));
    expect(show(deskLine(BREAKING))).toBe(body);
    const bare = body.replaceAll(/`[^`]*`/g, "");
    expect(bare).not.toMatch(/(?<![\w/])#\d|@mona|<b>/);
  });

  it("goes by its marker, which names the repository", () => {
    const body = show(deskLine(IDLE));
    expect(isDeskOf(body, 42)).toBe(true);
    expect(isDeskOf(body, 43)).toBe(false);
    expect(hasDeskMarker(body.replaceAll("\n", "\r\n"))).toBe(true);
    expect(hasDeskMarker(`> ${body}`)).toBe(false);
  });
});

describe("a desk that would be too long", () => {
  it("stays below GitHub's limit, whatever it holds", () => {
    const text = fc.string({ unit: "binary", maxLength: 300 });
    fc.assert(
      fc.property(
        text,
        fc.integer({ min: 1, max: 120 }),
        fc.integer({ min: 1, max: 300 }),
        (title, lines, pulls) => {
          const batch = batchOf(
            Array.from({ length: 40 }, () => ({ title: `feat!: ${title}`, author: BOB })),
          );
          const line = deskLine(batch);
          const [unit] = line.units;
          const units = Array.from({ length: pulls }, () => ({ ...line.units[0], ...unit, title }));
          const many = Array.from({ length: lines }, (_, at) =>
            part(
              { ...line, units: units as DeskLine["units"], detail: `${title}\n\n`.repeat(200) },
              `${"ü".repeat(80)}${at}`,
            ),
          );
          const body = renderDesk(
            deskView(many, {
              problems: Array.from({ length: 100 }, () => ({
                where: title,
                what: title,
                fix: "y",
              })),
              news: Array.from({ length: 100 }, () => ({
                at: NOON,
                by: title,
                said: title,
                url: null,
                refused: title,
              })),
            }),
          );
          expect(body.length).toBeLessThanOrEqual(DESK_CHARS_MAX);
          expect(listTicked(body)).toEqual([]);
        },
      ),
      { numRuns: 10 },
    );
  }, 30_000);

  it("counts what is left out", () => {
    const line = deskLine(batchOf(Array.from({ length: 35 }, () => ({ title: "feat!: more" }))));
    expect(show(line)).toContain("- …and 5 more");
    const many = Array.from({ length: 120 }, (_, at) => part(deskLine(IDLE), `part-${at}`));
    expect(show(...many)).toMatch(/…and \d+ lines? more\./);
    const busy = Array.from({ length: 51 }, (_, at) => part(line, `part-${at}`));
    expect(show(...busy)).toMatch(/…and \d+ lines? more\./);
  });

  it("cuts what to do between paragraphs, or says where it stands", () => {
    const line = deskLine(BREAKING);
    const long = { ...line, detail: `First.\n\n${"x".repeat(5_000)}` };
    expect(show(long)).toContain("First.\n\n…\n");
    expect(show({ ...line, detail: "x".repeat(5_000) })).toContain(
      "The check on the newest commit",
    );
    expect(show({ ...line, detail: null })).not.toContain("null");
  });
});

describe("words of the desk", () => {
  it("name pulls as code, but not inside of code", () => {
    expect(codeReferences("see #12, `#13` and a/b#14 or &#35;")).toBe(
      "see `#12`, `#13` and a/b#14 or &#35;",
    );
  });

  it("say times without their seconds", () => {
    expect(formatDay(NOON + 59_000)).toBe("2 Mar 2026, 12:00 UTC");
  });

  it("of a desk that is off say how to have it back", () => {
    expect(renderClosedDesk(42, { by: "wilma", isByPolicy: false })).toContain("`wilma` closed it");
    expect(renderClosedDesk(42, { by: null, isByPolicy: false })).toContain("somebody closed it");
    expect(renderClosedDesk(42, { by: null, isByPolicy: true })).toContain("`desk: off`");
    expect(readBoxes(renderClosedDesk(42, { by: null, isByPolicy: true }))).toEqual([]);
  });
});
