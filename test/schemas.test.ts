import { readFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import { formatCardSchema } from "../src/core/card-text.ts";
import { formatPolicySchema } from "../src/core/policy-schema.ts";
import { parsePolicy } from "../src/core/policy.ts";

const docs = new URL("../docs/", import.meta.url);

describe("docs/schemas", () => {
  it.each([
    ["policy.v1.json", formatPolicySchema()],
    ["release-card.v1.json", formatCardSchema()],
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

  it.each(["policy.md", "files.md"])("shows only policies that are valid: %s", (name) => {
    const text = readFileSync(new URL(name, docs), "utf8");
    const examples = [...text.matchAll(/```yaml\n([\s\S]*?)```/g)].map((match) => match[1] ?? "");
    expect(examples.length).toBeGreaterThan(0);
    for (const example of examples) {
      const file = { path: "x.yml", sha: "0".repeat(40), text: example, sizeBytes: example.length };
      expect(parsePolicy(file)).toMatchObject({ kind: "valid" });
    }
  });
});
