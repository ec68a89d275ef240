import { readFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import { AppError, ERROR_TABLE, invariant } from "../src/errors.ts";

const page = readFileSync(new URL("../docs/errors.md", import.meta.url), "utf8");

describe("docs/errors.md", () => {
  it("lists exactly the codes of the table, each with its text", () => {
    const rows = [...page.matchAll(/^\| `([a-z/-]+)` +\| (.+?) +\|$/gm)];
    expect(Object.fromEntries(rows.map(([, code, text]) => [code, text]))).toEqual(ERROR_TABLE);
  });
});

describe("AppError", () => {
  it("keeps code, retry and cause", () => {
    const cause = new Error("socket hang up");
    const error = new AppError("github/unavailable", "GET /meta: no answer", {
      retry: { kind: "backoff" },
      cause,
    });
    expect(error).toMatchObject({ code: "github/unavailable", retry: { kind: "backoff" }, cause });
  });
});

describe("invariant", () => {
  it("throws with its sentence when broken, and passes otherwise", () => {
    expect(() => invariant(false, "one lock per repository")).toThrow("one lock per repository");
    expect(() => invariant(true, "one lock per repository")).not.toThrow();
  });
});
