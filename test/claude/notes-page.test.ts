import { readFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import { DRAFT_FAILURES } from "../../src/core/evidence/failures.ts";

describe("docs/notes.md", () => {
  const page = readFileSync(new URL("../../docs/notes.md", import.meta.url), "utf8");

  it("lists every reason why there is no draft, as the code words it", () => {
    const [, section = ""] = page.split("## When Claude does not answer");
    const rows = [...section.matchAll(/^\| `([\w-]+)`\s*\| (.*?)\s*\| (.*?)\s*\|$/gm)];
    expect(rows.map(([, code, why]) => [code, why])).toEqual(Object.entries(DRAFT_FAILURES));
  });
});
