import { readdirSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "@jest/globals";

const core = path.join(import.meta.dirname, "../../src/core");
const files = readdirSync(core, { encoding: "utf8", recursive: true }).filter((file) =>
  file.endsWith(".ts"),
);

describe("core", () => {
  it.each(files)("%s loads by itself and waits for nothing", async (file) => {
    const module: Record<string, unknown> = await import(path.join(core, file));
    expect(Object.values(module).filter((value) => value instanceof Promise)).toEqual([]);
  });
});
