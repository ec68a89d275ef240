/**
 * Attack the real server (a process of its own on its own PostgreSQL) and the readers of untrusted
 * text; print what was tried, what happened and what it cost, as `docs/security-tests.md` shows it.
 *
 *     npm run hostile
 */
import { spawn, type ChildProcess } from "node:child_process";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parsePolicy } from "../src/core/policy/policy.ts";
import { redact } from "../src/core/redact.ts";
import {
  BODIES,
  crawl,
  formatTally,
  jsonOf,
  MEGABYTE,
  rawHead,
  shoot,
  volley,
  type Tally,
  type Target,
} from "../test/hostile/attacker.ts";
import { POLICIES } from "../test/hostile/texts.ts";
import { renderTable } from "./markdown-table.ts";

const BIN = path.join(import.meta.dirname, "..", "src", "cli", "bin.ts");
const SAMPLE_MS = 20;
const rows: string[][] = [];

interface Service {
  readonly target: Target;
  readonly child: ChildProcess;
}

async function startService(dataDir: string): Promise<Service> {
  const secret = randomBytes(32).toString("hex");
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2_048 });
  const child = spawn(process.execPath, [BIN, "serve"], {
    env: {
      PATH: process.env["PATH"] ?? "",
      APP_ID: "1",
      PRIVATE_KEY: privateKey.export({ type: "pkcs1", format: "pem" }).toString(),
      WEBHOOK_SECRET: secret,
      SMALLBATCH_DATA_DIR: dataDir,
      PORT: "0",
      // Nobody is there: what is asked of GitHub fails at once.
      GITHUB_API_URL: "http://127.0.0.1:9",
      LOG_LEVEL: "info",
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let text = "";
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.on("data", (chunk: Buffer) => {
      if (text === "") text = /"url":"([^"]+)"/.exec(chunk.toString())?.[1] ?? "";
      if (text !== "") resolve(text);
    });
    child.once("exit", (code) => reject(new Error(`smallbatch serve ended with ${code}`)));
  });
  return { target: { url, secret }, child };
}

/** Megabytes that a process holds, as the kernel counts them (Linux). */
function residentMb(pid: number | undefined): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0) / 1_024;
}

/** One row about the server: its time, the memory before it and its peak. */
async function attack(service: Service, what: string, run: () => Promise<Tally>): Promise<void> {
  const before = residentMb(service.child.pid);
  let peak = before;
  const timer = setInterval(() => {
    peak = Math.max(peak, residentMb(service.child.pid));
  }, SAMPLE_MS);
  const start = performance.now();
  const tally = await run();
  const ms = performance.now() - start;
  clearInterval(timer);
  const isReady = (await fetch(`${service.target.url}/readyz`)).ok;
  const end = isReady ? "" : "; not ready afterwards";
  add(what, `${formatTally(tally)}${end}`, ms, `${before.toFixed(0)} to ${peak.toFixed(0)}`);
  await sleep(500);
}

/** One row about a function in this process. */
function measure(what: string, run: () => string): void {
  const before = process.memoryUsage().rss;
  const start = performance.now();
  const said = run();
  const ms = performance.now() - start;
  const grown = Math.max(0, (process.memoryUsage().rss - before) / MEGABYTE);
  add(what, said, ms, `+${grown.toFixed(0)}`);
}

function add(what: string, said: string, ms: number, mb: string): void {
  const short = redact(said).replaceAll("|", "/").slice(0, 90);
  rows.push([what, short, ms < 10 ? ms.toFixed(1) : ms.toFixed(0), mb]);
  console.error(`${what}: ${said}, ${ms.toFixed(0)} ms, ${mb} MB`);
}

async function attackServer(service: Service): Promise<void> {
  const { target } = service;
  const push = JSON.stringify({
    ref: "refs/heads/main",
    before: "0".repeat(40),
    after: "a".repeat(40),
    installation: { id: 1 },
    padding: "x".repeat(8_000),
  });
  const large = jsonOf(25 * MEGABYTE);
  const over = jsonOf(26 * MEGABYTE);
  const slow = rawHead({ "content-length": 1_000 });
  const fire = (count: number, width: number, shot: Parameters<typeof shoot>[1]) => () =>
    volley(count, width, () => shoot(target, shot));
  await attack(service, "5,000 signed, 400 at a time", fire(5_000, 400, { body: push }));
  await attack(
    service,
    "5,000 signed otherwise, 400 at a time",
    fire(5_000, 400, { body: push, signature: null }),
  );
  await attack(service, "500 heads that never end", () =>
    crawl(target, 500, "POST / HTTP/1.1\r\nHost: x\r\nX-Slow: "),
  );
  await attack(service, "500 bodies that never end", () => crawl(target, 500, `${slow}{`));
  await attack(service, "1,500 connections at once", () => crawl(target, 1_500, `${slow}{`));
  await attack(service, "10 signed bodies of 25 MB", fire(10, 2, { body: large }));
  await attack(
    service,
    "10 chunked bodies of 25 MB",
    fire(10, 2, { body: large, headers: { "transfer-encoding": "chunked" } }),
  );
  await attack(
    service,
    "10 bodies of 25 MB signed otherwise",
    fire(10, 2, { body: large, signature: null }),
  );
  await attack(service, "10 bodies of 26 MB", fire(10, 2, { body: over }));
  await attack(
    service,
    "300 bodies of 25 MB at once, signed otherwise",
    fire(300, 300, { body: large, signature: null }),
  );
  for (const [name, body] of BODIES) {
    await attack(service, `signed: ${name}`, fire(1, 1, { body }));
  }
}

const dataDir = mkdtempSync(path.join(tmpdir(), "hostile-"));
const service = await startService(dataDir);
try {
  await attackServer(service);
} finally {
  const ended = new Promise((resolve) => service.child.once("exit", resolve));
  service.child.kill("SIGTERM");
  await ended;
  rmSync(dataDir, { recursive: true, force: true });
}
for (const [name, text] of POLICIES) {
  measure(`policy: ${name}`, () => {
    const file = { path: "x", sha: "0".repeat(40), text, sizeBytes: Buffer.byteLength(text) };
    const parsed = parsePolicy(file);
    return parsed.kind === "valid" ? "valid" : `refused: ${parsed.errors[0]?.message ?? ""}`;
  });
}
const machine = `${cpus().length} cores (${cpus()[0]?.model.trim() ?? "?"}), Node ${process.version}`;
console.log(`Measured on ${new Date().toISOString().slice(0, 10)}, ${machine}.\n`);
console.log(renderTable(["tried", "what happened", "ms", "MB"], rows).join("\n"));
