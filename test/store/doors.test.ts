import { describe, expect, it } from "@jest/globals";
import type { Interpretation } from "../../src/deliveries-port.ts";
import type { PullLook } from "../../src/doors-port.ts";
import type { Fact } from "../../src/ports.ts";
import { useDatabase } from "../support/database.ts";
import { deliveryOf, INSTALLATION, repositoryLabel } from "../support/deliveries.ts";

const test = useDatabase();

const command = (commentId: number): Partial<Interpretation> => ({
  command: {
    commentId,
    nodeId: `IC_${commentId}`,
    number: 12,
    authorId: 3,
    saidAt: 1_767_600_000_000,
  },
});
const pull = (number: number, isOpen = true, branch = "main"): Partial<Interpretation> => ({
  pull: { number, branch, isOpen },
});

const look = (number: number, more: Partial<PullLook> = {}): PullLook => ({
  number,
  branch: "main",
  asks: 1,
  isForced: false,
  group: null,
  ...more,
});

async function hear(guid: string, change: Partial<Interpretation>, id = 42): Promise<string> {
  const label = { repository: repositoryLabel(id) };
  return await test.database.inbox.recordDelivery(deliveryOf(guid, { ...label, ...change }));
}

const store = () => test.database.forInstallation(INSTALLATION);

const issue = (number: number, authorId: number): Partial<Interpretation> => ({
  command: {
    commentId: null,
    nodeId: `I_${number}`,
    number,
    authorId,
    saidAt: 1_767_600_000_000,
  },
});
const numbers = async (id: number): Promise<readonly number[]> =>
  (await store().readDoors(id, 500)).commands.map(({ number }) => number);

describe("what comes in by comments and open pulls", () => {
  it("is kept once for each delivery, and until it is closed", async () => {
    await hear("c-1", command(7));
    await hear("c-2", { ...command(8), ...pull(12) });
    expect(await hear("c-1", command(7))).toBe("duplicate");
    const { commands, looks } = await store().readDoors(42, 10);
    expect(commands.map(({ commentId }) => commentId)).toEqual([7, 8]);
    expect(commands[0]).toEqual(command(7).command);
    expect(looks).toEqual([look(12)]);
    await store().closeCommand(42, { commentId: 7, number: 12 });
    await hear("c-1", command(7));
    expect((await store().readDoors(42, 10)).commands).toHaveLength(1);
    await store().closeCommand(42, { commentId: 8, number: 12 });
    await store().closeLooks(42, looks);
    expect(await store().readDoors(42, 10)).toEqual({ commands: [], looks: [], isMore: false });
  });

  it("is one look for many changes, which ends only what it has seen", async () => {
    await hear("p-1", pull(1));
    const seen = (await store().readDoors(42, 10)).looks;
    await hear("p-2", pull(1, true, "next"));
    await store().closeLooks(42, seen);
    const { looks } = await store().readDoors(42, 10);
    expect(looks).toEqual([look(1, { branch: "next", asks: 2 })]);
    await store().askLook(42, { number: 2, branch: "main" });
    await hear("p-3", pull(1, false));
    expect((await store().readDoors(42, 10)).looks.map(({ number }) => number)).toEqual([2]);
    expect((await store().readDoors(42, 1)).isMore).toBe(false);
    await hear("p-4", pull(3));
    expect((await store().readDoors(42, 1)).isMore).toBe(true);
  });

  it("keeps that somebody wants its checks again, and which merge group waits for them", async () => {
    const [first, second] = ["1".repeat(40), "2".repeat(40)];
    const changes: readonly Partial<Interpretation["pull"]>[] = [
      { isForced: true, branch: "" },
      { group: first },
      {},
      { group: second },
      { branch: "" },
    ];
    for (const [at, change] of changes.entries()) {
      await hear(`k-${at}`, { pull: { number: 9, branch: "main", isOpen: true, ...change } }, 46);
    }
    const { looks } = await store().readDoors(46, 10);
    expect(looks).toEqual([look(9, { asks: 5, isForced: true, group: second })]);
    // Also where they come in one group.
    await Promise.all(
      changes.map((change, at) =>
        hear(`g-${at}`, { pull: { number: 10, branch: "main", isOpen: true, ...change } }, 46),
      ),
    );
    const grouped = (await store().readDoors(46, 10)).looks.find(({ number }) => number === 10);
    expect(grouped).toMatchObject({ branch: "main", isForced: true, group: expect.any(String) });
  });

  it("finds the pull of a head whose checks somebody wants again, also a fork's", async () => {
    const sha = "d".repeat(40);
    const opened: Fact = {
      key: "pull.opened/11",
      repositoryId: 47,
      kind: "pull.opened",
      subject: "11",
      at: 1,
      actorId: 3,
      data: { headSha: sha, baseBranch: "main" },
    };
    await hear("h-1", { facts: [opened] }, 47);
    await hear("h-2", { rerunOf: sha }, 47);
    await hear("h-3", { rerunOf: "e".repeat(40) }, 47);
    expect((await store().readDoors(47, 10)).looks).toEqual([look(11, { isForced: true })]);
  });

  it("is of one installation, and of a repository of its own", async () => {
    await hear("o-1", { ...command(9), ...pull(5) }, 43);
    const other = test.database.forInstallation(INSTALLATION + 1);
    expect(await other.readDoors(43, 10)).toEqual({ commands: [], looks: [], isMore: false });
    await other.closeCommand(43, { commentId: 9, number: 12 });
    await other.askLook(43, { number: 6, branch: "main" });
    await other.closeLooks(43, [look(5)]);
    const { commands, looks } = await store().readDoors(43, 10);
    expect([commands.length, looks.map(({ number }) => number)]).toEqual([1, [5]]);
  });

  it("is also the text of an issue, behind the comments", async () => {
    await hear("i-1", issue(21, 3), 48);
    await hear("i-2", command(22), 48);
    const { commands } = await store().readDoors(48, 10);
    expect(commands).toEqual([command(22).command, issue(21, 3).command]);
    expect(await store().readDoors(48, 1)).toMatchObject({ commands: [{}], isMore: true });
    await test.database
      .forInstallation(INSTALLATION + 1)
      .closeCommand(48, { commentId: null, number: 21 });
    await store().closeCommand(48, { commentId: 22, number: 12 });
    expect(await numbers(48)).toEqual([21]);
    await store().closeCommand(48, { commentId: null, number: 21 });
    expect(await numbers(48)).toEqual([]);
  });

  it("are five issues of one author in an hour, also when they were answered", async () => {
    await Promise.all(Array.from({ length: 4 }, (_, at) => hear(`a-${at}`, issue(30 + at, 5), 49)));
    for (const number of [30, 31]) await store().closeCommand(49, { commentId: null, number });
    for (let at = 4; at < 8; at += 1) await hear(`a-${at}`, issue(30 + at, 5), 49);
    await hear("a-8", issue(40, 6), 49);
    expect(await numbers(49)).toEqual([32, 33, 34, 40]);
    const sql = "update smallbatch.issue_command set heard_at = heard_at - interval '61 minutes'";
    await test.query(`${sql} where repository_id = 49`);
    await hear("a-9", issue(41, 5), 49);
    expect(await numbers(49)).toEqual([32, 33, 34, 40, 41]);
    const rows = await test.query(
      "select number from smallbatch.issue_command where repository_id = 49 and is_done",
    );
    expect(rows).toEqual([]);
  });

  it("are fifty issues that wait, however many open them", async () => {
    for (let at = 0; at < 60; at += 1) await hear(`m-${at}`, issue(100 + at, 1_000 + at), 50);
    expect(await numbers(50)).toHaveLength(50);
  });

  it("is cut where somebody floods a repository with comments", async () => {
    const flood = Array.from({ length: 450 }, (_, at) => hear(`f-${at}`, command(1_000 + at), 44));
    await Promise.all(flood);
    const { commands } = await store().readDoors(44, 500);
    expect(commands.length).toBeGreaterThanOrEqual(200);
    expect(commands.length).toBeLessThan(450);
  });
});
