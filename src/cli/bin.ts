#!/usr/bin/env node
/**
 * The command's first file. It runs on any Node from 20 on and hands over to Node 24, which the
 * package `node` of this project brings: the machine's own Node may be older.
 */
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { constants } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const NODE_MAJOR_MIN = 24;

function findNode(): string | null {
  try {
    const manifest = createRequire(import.meta.url).resolve("node/package.json");
    return path.join(
      path.dirname(manifest),
      "bin",
      process.platform === "win32" ? "node.exe" : "node",
    );
  } catch {
    return null;
  }
}

function runUnder(node: string): void {
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: ["inherit", "inherit", "inherit", "ipc"],
  });
  const pass = (signal: NodeJS.Signals) => child.kill(signal);
  process.on("SIGTERM", pass);
  process.on("SIGHUP", pass);
  // A terminal sends Ctrl-C to both of us; a supervisor only to us.
  process.on("SIGINT", process.stdin.isTTY ? () => undefined : pass);
  child.on("error", (error) => {
    process.stderr.write(`smallbatch: could not start ${node}: ${error.message}\n`);
    process.exitCode = 1;
  });
  child.on("exit", (code, signal) => {
    process.exit(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
  });
}

if (Number.parseInt(process.versions.node, 10) >= NODE_MAJOR_MIN) {
  if (process.connected) {
    // The Node that handed over to us was killed: end as abruptly, so that nothing is left running.
    process.once("disconnect", () => process.kill(process.pid, "SIGKILL"));
    process.channel?.unref();
  }
  await import("./main.ts");
} else {
  const node = findNode();
  if (node === null) {
    process.stderr.write(
      `smallbatch needs Node ${NODE_MAJOR_MIN} or newer; this is ${process.version}.\n` +
        `Install Node ${NODE_MAJOR_MIN}, or run "npm ci" in the project: it brings its own.\n`,
    );
    process.exitCode = 1;
  } else {
    runUnder(node);
  }
}
