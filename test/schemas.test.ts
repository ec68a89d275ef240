import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import { Ajv2020 } from "ajv/dist/2020.js";
import { parse } from "yaml";
import { formatCardSchema } from "../src/core/card-text.ts";
import { formatCaseSchema } from "../src/core/evidence/case.ts";
import { formatFailureCaseSchema } from "../src/core/failure-cases/case-file.ts";
import { formatPolicySchema } from "../src/core/policy/policy-schema.ts";
import { parsePolicy } from "../src/core/policy/policy.ts";

const docs = new URL("../docs/", import.meta.url);

describe("docs/schemas", () => {
  it.each([
    ["policy.v1.json", formatPolicySchema()],
    ["release-card.v1.json", formatCardSchema()],
    ["evaluation-case.v1.json", formatCaseSchema()],
    ["failure-case.v1.json", formatFailureCaseSchema()],
  ])("%s is what the code checks (npm run schemas writes it)", (name, schema) => {
    const published: unknown = JSON.parse(readFileSync(new URL(`schemas/${name}`, docs), "utf8"));
    expect(published).toEqual(structuredClone(schema));
  });
});

describe("docs/policy.md", () => {
  const page = readFileSync(new URL("policy.md", docs), "utf8");

  it("describes every key, and no other", () => {
    const { properties } = formatPolicySchema() as { properties: Record<string, unknown> };
    const rows = [...page.matchAll(/^\| `(\w+)` +\|/gm)].map((row) => row[1]);
    expect(new Set(rows)).toEqual(new Set(Object.keys(properties)));
  });
});

describe("policy.md and files.md", () => {
  it.each(["policy.md", "files.md"])("show whole policies only: %s", (name) => {
    const blocks = readFileSync(new URL(name, docs), "utf8").split("```yaml\n").length - 1;
    expect(policiesIn(name)).toHaveLength(blocks);
  });
});

describe("an editor with the published schema", () => {
  const published = readFileSync(new URL("schemas/policy.v1.json", docs), "utf8");
  const takes = new Ajv2020({ allErrors: true }).compile(JSON.parse(published) as object);

  it.each(readdirSync(docs).filter((name) => hasPolicies(name)))(
    "takes every policy of %s, as the code does",
    (name) => {
      for (const example of policiesIn(name)) {
        expect(parsed(example)).toBe("valid");
        expect(takes(parse(example)) ? null : takes.errors).toBeNull();
      }
    },
  );

  it.each([
    "auto: patch",
    "version: 2",
    "version: 1\nautoo: patch",
    "version: 1\nauto: huge",
    "version: 1\ncard: on",
    "version: 1\nbase: 1",
    "version: 1\ntag: v1",
    "version: 1\nwindow: { quiet: soon }",
    "version: 1\nwindow: { most: 0 }",
    "version: 1\nfreezes: [{ from: 2026-12-20 }]",
    "version: 1\nchannels: [stable]",
    "version: 1\ncomponents: [{ name: core }]",
    "version: 1\ngates: { agents: no }",
    "version: 1\nfiles: { as: mail }",
    "- version: 1",
  ])("refuses %j, as the code does", (text) => {
    expect(parsed(text)).toBe("invalid");
    expect(takes(parse(text))).toBe(false);
  });
});

function parsed(text: string): string {
  return parsePolicy({ path: "x.yml", sha: "0".repeat(40), text, sizeBytes: text.length }).kind;
}

function policiesIn(name: string): readonly string[] {
  const text = readFileSync(new URL(name, docs), "utf8");
  const blocks = [...text.matchAll(/```yaml\n([\s\S]*?)```/g)].map((match) => match[1] ?? "");
  return blocks.filter((block) => /^version: 1$/m.test(block));
}

function hasPolicies(name: string): boolean {
  return name.endsWith(".md") && policiesIn(name).length > 0;
}
