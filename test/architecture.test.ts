import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "@jest/globals";

const root = path.join(import.meta.dirname, "..");
const source = path.join(root, "src");

const CORE_PACKAGES = ["semver", "conventional-commits-parser", "yaml", "zod"];
const INNER = [
  "core",
  "ports.ts",
  "clocks-port.ts",
  "deliveries-port.ts",
  "desk-port.ts",
  "doors-port.ts",
  "notes-port.ts",
  "rollback-port.ts",
  "size-port.ts",
  "weekly-port.ts",
  "errors.ts",
];
const EVERYTHING = ["*"];

/**
 * What each place may import: places of `src/` (a folder, a file, or `*`) and packages (a list, or
 * `*` for any package and `node:` module). The first row that fits a file counts. This table is the
 * one of ARCHITECTURE.md.
 */
const MAY_IMPORT: readonly {
  readonly place: string;
  readonly places: readonly string[];
  readonly packages: readonly string[];
}[] = [
  { place: "core", places: ["core"], packages: CORE_PACKAGES },
  { place: "errors.ts", places: ["core"], packages: [] },
  {
    place: "ports.ts",
    places: [
      "core",
      "desk-port.ts",
      "doors-port.ts",
      "notes-port.ts",
      "rollback-port.ts",
      "size-port.ts",
      "weekly-port.ts",
    ],
    packages: [],
  },
  { place: "clocks-port.ts", places: ["core"], packages: [] },
  {
    place: "deliveries-port.ts",
    places: ["core", "ports.ts", "desk-port.ts", "doors-port.ts", "rollback-port.ts"],
    packages: [],
  },
  { place: "desk-port.ts", places: ["core"], packages: [] },
  { place: "doors-port.ts", places: ["core"], packages: [] },
  { place: "notes-port.ts", places: ["core"], packages: [] },
  { place: "rollback-port.ts", places: ["core"], packages: [] },
  { place: "size-port.ts", places: ["core"], packages: [] },
  { place: "weekly-port.ts", places: ["core", "clocks-port.ts"], packages: [] },
  { place: "reconcile", places: ["reconcile", ...INNER], packages: [] },
  { place: "github", places: ["github", ...INNER], packages: EVERYTHING },
  { place: "claude", places: ["claude", ...INNER], packages: EVERYTHING },
  { place: "store", places: ["store", ...INNER], packages: EVERYTHING },
  { place: "queue", places: ["queue", ...INNER], packages: EVERYTHING },
  { place: "web", places: ["web", ...INNER], packages: EVERYTHING },
  { place: "git", places: ["git", ...INNER], packages: EVERYTHING },
  { place: "local-claude", places: ["local-claude"], packages: EVERYTHING },
  { place: "local-github", places: ["local-github", "errors.ts"], packages: EVERYTHING },
  { place: "version.ts", places: [], packages: ["node:fs"] },
  { place: "settings-table.ts", places: [], packages: [] },
  { place: "settings.ts", places: EVERYTHING, packages: EVERYTHING },
  { place: "compose-acts.ts", places: EVERYTHING, packages: EVERYTHING },
  { place: "compose-login.ts", places: EVERYTHING, packages: EVERYTHING },
  { place: "compose-pages.ts", places: EVERYTHING, packages: EVERYTHING },
  { place: "compose.ts", places: EVERYTHING, packages: EVERYTHING },
  { place: "log.ts", places: ["redactor.ts"], packages: ["pino"] },
  { place: "redactor.ts", places: ["core", "github"], packages: [] },
  { place: "network.ts", places: ["errors.ts"], packages: ["node:fs", "node:http"] },
  { place: "clock-sweep.ts", places: EVERYTHING, packages: EVERYTHING },
  { place: "page-thread.ts", places: EVERYTHING, packages: EVERYTHING },
  { place: "page-thread-entry.ts", places: EVERYTHING, packages: EVERYTHING },
  { place: "poll.ts", places: EVERYTHING, packages: EVERYTHING },
  { place: "forges.ts", places: EVERYTHING, packages: EVERYTHING },
  { place: "service.ts", places: EVERYTHING, packages: EVERYTHING },
  { place: "look-log.ts", places: ["core", "ports.ts", "reconcile"], packages: [] },
  { place: "listen.ts", places: ["errors.ts"], packages: EVERYTHING },
  { place: "clock-metrics.ts", places: ["store"], packages: ["prom-client"] },
  { place: "metrics.ts", places: EVERYTHING, packages: EVERYTHING },
  { place: "published.ts", places: INNER, packages: [] },
  { place: "webhooks.ts", places: EVERYTHING, packages: EVERYTHING },
  { place: "server.ts", places: EVERYTHING, packages: EVERYTHING },
  { place: "app.ts", places: EVERYTHING, packages: EVERYTHING },
  { place: "cli", places: EVERYTHING, packages: EVERYTHING },
];

/** Only these may import the local GitHub: the product must never depend on it. */
const LOCAL_GITHUB_USERS = [/^local-github\//, /^cli\/local-github\.ts$/, /^cli\/demo(\/|\.ts$)/];

/** The same for the local Messages API. */
const LOCAL_CLAUDE_USERS = [/^local-claude\//, /^cli\/demo(\/|\.ts$)/];

const LOCAL_USERS: Readonly<Record<string, readonly RegExp[]>> = {
  "local-github": LOCAL_GITHUB_USERS,
  "local-claude": LOCAL_CLAUDE_USERS,
};

const BANNED_NAMES = /(^|\/)(utils?|helpers?|lib|common|manager|types|interfaces|index)(\.ts|\/)/;

function sourceFiles(): string[] {
  return readdirSync(source, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => file.split(path.sep).join("/"))
    .toSorted();
}

function importsOf(text: string): string[] {
  const pattern =
    /(?:^|\n)\s*(?:import|export)\s[^;'"]*?from\s*["']([^"']+)["']|import\(\s*["']([^"']+)["']\s*\)|(?:^|\n)\s*import\s+["']([^"']+)["']/g;
  return [...text.matchAll(pattern)].map((match) => match[1] ?? match[2] ?? match[3] ?? "");
}

function placeOf(file: string): string {
  return file.split("/")[0] ?? file;
}

function packageOf(specifier: string): string {
  const parts = specifier.split("/");
  return specifier.startsWith("@") ? parts.slice(0, 2).join("/") : (parts[0] ?? specifier);
}

function violations(file: string, text: string): string[] {
  const row = MAY_IMPORT.find((candidate) => candidate.place === placeOf(file));
  if (row === undefined) return [`${file}: no row of the table says what it may import`];
  const found: string[] = [];
  for (const specifier of importsOf(text)) {
    if (specifier.startsWith(".")) {
      const target = path.posix.normalize(path.posix.join(path.posix.dirname(file), specifier));
      const place = placeOf(target);
      const allowed = row.places.includes("*") || row.places.includes(place);
      const isForbiddenLocal = LOCAL_USERS[place]?.some((user) => user.test(file)) === false;
      if (!allowed || isForbiddenLocal) found.push(`${file} imports ${target}`);
    } else if (!row.packages.includes("*") && !row.packages.includes(packageOf(specifier))) {
      found.push(`${file} imports ${specifier}`);
    }
  }
  return found;
}

describe("import rules", () => {
  it("hold for every file of src/", () => {
    const files = sourceFiles();
    expect(files).toContain("core/plan.ts");
    expect(
      files.flatMap((file) => violations(file, readFileSync(path.join(source, file), "utf8"))),
    ).toEqual([]);
  });

  it.each([
    ["core/plan.ts", `import { readFile } from "node:fs/promises";`],
    ["core/plan.ts", `import { AppError } from "../errors.ts";`],
    ["store/ledger.ts", `import type { Client } from "../github/client.ts";`],
    ["reconcile/pass.ts", `import pg from "pg";`],
    ["github/observe.ts", `const { GitHub } = await import("../local-github/github.ts");`],
    ["cli/serve.ts", `import { startLocalGitHub } from "../local-github/server.ts";`],
    ["cli/notes.ts", `import { startLocalClaude } from "../local-claude/server.ts";`],
    ["claude/drafter.ts", `import { openGitHub } from "../github/client.ts";`],
    ["helpers/x.ts", ``],
  ])("are broken by %s with %s", (file, text) => {
    expect(violations(file, text)).toHaveLength(1);
  });
});

describe("core", () => {
  it("reads no clock, no randomness and waits for nothing", () => {
    const found = sourceFiles()
      .filter((file) => file.startsWith("core/"))
      .flatMap((file) => {
        const text = readFileSync(path.join(source, file), "utf8");
        const impure =
          /\bnew Date\(\s*\)|\bDate\.now\b|\bMath\.random\b|\basync\b|\bawait\b|\bsetTimeout\b|\bprocess\.|\bconsole\./;
        const code = text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*|"[^"\n]*"/g, "");
        return impure.test(code) ? [file] : [];
      });
    expect(found).toEqual([]);
  });
});

describe("names", () => {
  it("say what a file is for: no drawers, no barrels", () => {
    expect(sourceFiles().filter((file) => BANNED_NAMES.test(file))).toEqual([]);
  });
});

describe("requests", () => {
  it("never update or delete a tag, nor delete a release", () => {
    const found = sourceFiles()
      .filter((file) => !file.startsWith("local-github/"))
      .filter((file) => {
        const text = readFileSync(path.join(source, file), "utf8");
        return /((PATCH|DELETE|PUT)\s+\/repos\/[^"'`]*\/git\/refs|DELETE\s+\/repos\/[^"'`]*\/releases)\b|\b(updateRefs?|deleteRef|deleteRelease)\b/.test(
          text,
        );
      });
    expect(found).toEqual([]);
  });
});
