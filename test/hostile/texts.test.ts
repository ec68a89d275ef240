import { describe, expect, it } from "@jest/globals";
import { plan } from "../../src/core/plan.ts";
import { composeProposal } from "../../src/core/proposal/proposal-compose.ts";
import type { Label } from "../../src/core/pull.ts";
import { useStage } from "../support/stage.ts";
import { batchOf, commit, label, NOON, sha, tag } from "../support/states.ts";
import { TEXTS } from "./texts.ts";

/** What people read of a release of these pulls. */
function notesOf(
  titles: readonly string[],
  body = "",
  login = "mona",
  labels: Label[] = [],
): string {
  const state = batchOf(
    titles.map((title) => ({
      title,
      body,
      labels,
      author: { id: 99, login, isBot: false },
      message: body,
    })),
  );
  const { actions } = plan(state, NOON);
  const published = actions.find((action) => action.kind === "publishRelease");
  return published?.kind === "publishRelease" ? published.body : "";
}

/** Without the card, which is JSON in a fence of its own. */
function listOf(notes: string): string {
  return notes.split("<details>")[0] ?? "";
}

/** Without code, escaped characters, our own marker and our own links. */
function activeOf(text: string): string {
  return text
    .replaceAll(/`[^`\n]*`/g, "")
    .replaceAll(/\\./g, "")
    .replaceAll(/^<!-- smallbatch:[^>]*-->/gm, "")
    .replaceAll(/https:\/\/github\.com\/acme\/widgets\S*/g, "");
}

describe("release notes", () => {
  const thousand = Array.from({ length: 1_000 }, (_, at) => TEXTS[at % TEXTS.length] ?? "");

  it("of 1,000 hostile titles stay below what GitHub takes", () => {
    const notes = notesOf(thousand);
    expect(notes.length).toBeGreaterThan(10_000);
    expect(notes.length).toBeLessThan(120_000);
  });

  it.each(TEXTS.map((text, at) => [at, text.slice(0, 60), text] as const))(
    "stay inert with title %d: %j",
    (_, __, title) => {
      const notes = notesOf([title]);
      expect(notes).not.toBe("");
      const text = listOf(notes);
      const active = activeOf(text);
      expect(active.match(/<\w|!\[|evil\.example|@(?!mona\b)\w/g)).toBeNull();
      expect(text).not.toMatch(/\p{Bidi_Control}|[\u200b\u2060\ufeff]|\u200d/u);
      expect(text.match(/<!-- smallbatch:/g)?.length ?? 0).toBeLessThanOrEqual(1);
    },
  );

  it.each([
    "mona](https://evil.example)",
    "<b>",
    "@acme/owners",
    "a".repeat(5_000),
    "-x-",
    "\u202ex",
  ])("call nobody by the login %j", (login) => {
    const text = activeOf(listOf(notesOf(["fix: it"], "", login)));
    expect(text).not.toMatch(/\]\(https:\/\/evil|<b>|@acme|\u202e/);
    expect(text.length).toBeLessThan(2_000);
  });

  it("take a body of 1 MB and 10,000 labels", () => {
    const labels = Array.from({ length: 10_000 }, (_, at) => label(`label-${at}`));
    const notes = notesOf(["fix: it"], "x\n".repeat(500_000), "mona", labels);
    expect(notes).toContain("it (#2)");
    expect(notes.length).toBeLessThan(120_000);
  });
});

/** A proposal to a repository with these merges, and a tag on the last one. */
function proposalOf(titles: readonly string[]): string {
  const state = batchOf(titles.map((title) => ({ title })));
  const tags = [...state.tags, tag("v9.0.0", { sha: state.commits[0]?.sha ?? "" })];
  const written = composeProposal(
    { ...state, tags, policyFile: null },
    {
      step: { kind: "write", pull: null, file: "ours", isTextOurs: true },
      seen: { pull: null, branch: null, rival: null },
      head: sha(2),
      findings: [],
      commits: [...state.commits, commit(1)],
      now: NOON,
    },
  );
  return written?.body ?? "";
}

describe("the text of a proposal", () => {
  it.each(TEXTS.map((text, at) => [at, text.slice(0, 60), text] as const))(
    "stays inert with title %d: %j",
    (_, __, title) => {
      const body = proposalOf([title, `feat!: ${title}`]);
      expect(body).toContain("differs");
      const active = activeOf(body).replaceAll(/<\/?(?:details|summary)>/g, "");
      expect(active.match(/<\w|<!--|!\[|evil\.example|@\w|#\d/g)).toBeNull();
      expect(body).not.toMatch(/\p{Bidi_Control}|[\u200b\u2060\ufeff]|\u200d/u);
      expect(body.match(/<!-- smallbatch:proposal/g)).toHaveLength(1);
    },
  );

  it("of 1,000 hostile titles stays below what GitHub takes", () => {
    const titles = Array.from({ length: 1_000 }, (_, at) => TEXTS[at % TEXTS.length] ?? "");
    expect(proposalOf(titles).length).toBeLessThan(65_536);
  });
});

const stage = useStage();

describe("a story of hostile texts", () => {
  it("ends as one release and one comment, whatever a pull says", async () => {
    const scenario = await stage.open();
    const by = stage.people.wilma;
    const pulls: number[] = [];
    for (const title of TEXTS.filter((text) => text.trim() !== "" && text.length < 250)) {
      const body = `Closes #1\n${"<!-- smallbatch -->\n@mona\n".repeat(500)}`;
      pulls.push((await scenario.merge(title.replaceAll("\n", " "), { body, by })).number);
    }
    await scenario.status(await scenario.head(), "success");
    await scenario.look();
    const { tags, releases } = await scenario.world();
    expect(Object.keys(tags)).toHaveLength(2);
    expect(releases[0]?.body.length).toBeLessThan(120_000);
    expect(pulls.filter((number) => !releases[0]?.body.includes(`(#${number})`))).toEqual([]);
  });
});
