import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import type { CannedWorld } from "./world.ts";

const SCRIPT = path.join(import.meta.dirname, "..", "processes", "canned-github.ts");

export interface CannedGitHub {
  readonly url: string;
  /** Throws where it was asked something that it has no answer to. */
  check(): void;
  /** The same, at the end. */
  stop(): Promise<void>;
}

/** The canned GitHub as a process of its own. */
export async function startCannedGitHub(world: CannedWorld): Promise<CannedGitHub> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "smallbatch-bench-"));
  const file = path.join(folder, "world.json");
  await writeFile(file, JSON.stringify(world));
  const child = spawn(process.execPath, [SCRIPT, file], { stdio: ["ignore", "pipe", "pipe"] });
  let complaint = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    if (complaint.length < 2_000) complaint += text;
  });
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.setEncoding("utf8").once("data", (text: string) => resolve(text.trim()));
    void ended.then(() => reject(new Error(`The canned GitHub ended: ${complaint}`)));
  });
  const check = (): void => {
    if (complaint !== "") throw new Error(complaint);
  };
  return {
    url,
    check,
    stop: async () => {
      child.kill();
      await ended;
      await rm(folder, { recursive: true, force: true });
      check();
    },
  };
}
