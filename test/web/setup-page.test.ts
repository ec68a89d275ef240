import { afterEach, describe, expect, it } from "@jest/globals";
import { defaultLine } from "../../src/core/lines.ts";
import type { ProposalKept } from "../../src/core/proposal/proposal-state.ts";
import { quiet } from "../../src/core/quiet-plan.ts";
import type { Server } from "../../src/server.ts";
import { useDatabase } from "../support/database.ts";
import { NOON, policyFile } from "../support/states.ts";
import { startPages } from "./page-server.ts";

const test = useDatabase();
const INSTALLATION = 4_711;
let server: Server | null = null;

afterEach(async () => {
  await server?.close();
  server = null;
});

async function open(query: string): Promise<{ status: number; text: string; csp: string }> {
  server ??= await startPages(test.database);
  const answer = await fetch(`${server.url}/setup${query}`);
  const csp = answer.headers.get("content-security-policy") ?? "";
  return { status: answer.status, text: await answer.text(), csp };
}

async function install(
  names: readonly string[],
  change: { isSuspended?: boolean; isPrivate?: boolean } = {},
): Promise<void> {
  await test.database.installations.align(
    {
      id: INSTALLATION,
      account: "acme",
      isSuspended: change.isSuspended ?? false,
      permissions: {},
      repositories: names.map((name, at) => ({
        id: 9_000 + at,
        nodeId: `R_${at}`,
        owner: "acme",
        name,
        isPrivate: change.isPrivate ?? false,
        defaultBranch: "main",
      })),
    },
    Date.now(),
  );
}

/** What the last look at a repository left. */
async function look(
  at: number,
  { proposal = null, isStarted = false }: { proposal?: ProposalKept | null; isStarted?: boolean },
): Promise<void> {
  const store = test.database.forInstallation(INSTALLATION);
  const line = defaultLine(9_000 + at, "main");
  const reason = { state: "watched", code: "x", text: "x", detail: null, blockedBy: [] } as const;
  const validPolicy = isStarted ? policyFile() : null;
  await store.recordPlan(line, { ...quiet(reason, []), validPolicy }, NOON);
  await store.writeMemory(line, { proposal });
}

/** The page as rows of text. */
function rowsOf(text: string): readonly string[] {
  return [...text.matchAll(/<li>([\s\S]*?)<\/li>/g)].map(([, row = ""]) =>
    row
      .replaceAll(/<[^>]*>/g, " ")
      .replaceAll(/\s+/g, " ")
      .trim(),
  );
}

const QUERY = `?installation_id=${INSTALLATION}&setup_action=install`;
const KEPT = { pull: null, note: null, head: null, at: NOON } as const;
const PULL = { number: 7, url: "https://github.com/acme/b/pull/7" };

describe("the page after an installation", () => {
  it("lists the repositories with how each stands", async () => {
    await install(["a", "b", "c", "d", "e", "f", "g"]);
    await look(1, { proposal: { ...KEPT, state: "proposed", pull: PULL } });
    await look(2, { proposal: { ...KEPT, state: "declined", pull: { ...PULL, number: 8 } } });
    await look(3, { isStarted: true });
    await look(4, {});
    await look(5, {
      proposal: { ...KEPT, state: "cannot", note: "the <b>repository</b> is gone" },
    });
    await look(6, { proposal: { ...KEPT, state: "answered", pull: { ...PULL, number: 9 } } });
    const { status, text, csp } = await open(QUERY);
    expect(status).toBe(200);
    expect(rowsOf(text)).toEqual([
      "acme/a Not looked at yet.",
      "acme/b Proposed: merging the pull request starts it. #7",
      "acme/c Declined: it stays watched. #8",
      "acme/d Started: merges are released.",
      "acme/e Watched: nothing is released.",
      "acme/f Cannot start. The &lt;b&gt;repository&lt;/b&gt; is gone.",
      "acme/g Watched: a pull request of somebody stands in the proposal&#39;s place. #9",
    ]);
    expect(text).toContain('href="https://github.com/acme/b/pull/7"');
    expect(text).not.toContain("<script");
    expect(csp).toMatch(/default-src 'none'; style-src 'self';/);
  });

  it("says why one cannot be looked at", async () => {
    await install(["a"]);
    await look(0, {});
    const { work } = test.database;
    const { generation = 0 } = (await work.beginWork(9_000, Date.now())) ?? {};
    const error = { code: "github/forbidden", message: "It said so" };
    const end = { kind: "parked", until: Date.now() + 60_000, ...error } as const;
    await work.endWork({ repositoryId: 9_000, generation, end, now: Date.now() });
    const [row] = rowsOf((await open(QUERY)).text);
    expect(row).toContain("acme/a Cannot be looked at. The App lacks a permission");
  });

  it("shows no private repository, and not even that there is an installation", async () => {
    await install(["secret"], { isPrivate: true });
    const known = await open(QUERY);
    const guessed = await open("?installation_id=1");
    const without = await open("");
    const wrong = await open("?installation_id=1%20or%201=1");
    expect(known.text).not.toContain("secret");
    expect(known.text).not.toContain("acme");
    for (const other of [guessed, without, wrong]) expect(other).toEqual(known);
  });

  it("shows nothing of an installation that is suspended", async () => {
    await install(["a"], { isSuspended: true });
    expect((await open(QUERY)).text).not.toContain("acme");
  });

  it("ends a long list", async () => {
    await install(Array.from({ length: 201 }, (_, at) => `n${String(at).padStart(3, "0")}`));
    const { text } = await open(QUERY);
    expect(rowsOf(text)).toHaveLength(200);
    expect(text).toContain("There are more");
  });
});
