import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { describe, expect, it } from "@jest/globals";
import { readExec, readStages, sourcesOf, type Instruction } from "./support/dockerfile.ts";

const ROOT = path.join(import.meta.dirname, "..");
const [, build = [], final = []] = readStages();

function find(stage: readonly Instruction[], name: string): readonly string[] {
  return stage.filter((each) => each.name === name).map(({ text }) => text);
}

/** Exit status of the health check where the App listens on `port`. */
function checkHealth(port: number): Promise<number | null> {
  const [, ...args] = readExec(find(final, "HEALTHCHECK")[0] ?? "");
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { env: { PORT: String(port) }, stdio: "ignore" });
    child.once("error", reject);
    child.once("exit", resolve);
  });
}

describe("the Dockerfile", () => {
  it("copies what stands in the repository, and what .dockerignore lets through", () => {
    const copied = build
      .filter(({ name }) => name === "COPY")
      .flatMap((instruction) => sourcesOf(instruction).paths);
    expect(copied.filter((each) => !existsSync(path.join(ROOT, each)))).toEqual([]);
    const rules = readFileSync(path.join(ROOT, ".dockerignore"), "utf8").split("\n");
    const allowed = rules.filter((rule) => rule.startsWith("!")).map((rule) => rule.slice(1));
    expect(rules).toContain("*");
    expect(allowed.toSorted()).toEqual(copied.toSorted());
  });

  it("builds with the Node that the tests run on", () => {
    const { devDependencies } = JSON.parse(
      readFileSync(path.join(ROOT, "package.json"), "utf8"),
    ) as { devDependencies: Record<string, string> };
    const [args = []] = readStages();
    expect(find(args, "ARG")[0]).toBe(`BUILD_IMAGE=node:${devDependencies["node"]}-slim`);
    expect(find(args, "ARG")[1]).toMatch(/\/nodejs24-/);
  });

  it("runs no script of a package", () => {
    const installing = find(build, "RUN").filter((text) => /npm (ci|install|prune)/.test(text));
    expect(installing).toHaveLength(2);
    expect(installing.filter((text) => !text.includes("--ignore-scripts"))).toEqual([]);
  });

  it("starts the command that package.json names, not as root, reachable from outside", () => {
    const { bin } = JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8")) as {
      bin: { smallbatch: string };
    };
    const [entrypoint = ""] = find(final, "ENTRYPOINT");
    expect(readExec(entrypoint).at(-1)).toBe(path.posix.join("/app", bin.smallbatch));
    expect(find(final, "USER")[0]).toMatch(/^[1-9]\d*:[1-9]\d*$/);
    expect(find(final, "ENV").join(" ")).toContain("HOST=0.0.0.0");
    expect(final.filter(({ name }) => name === "RUN")).toEqual([]);
  });

  it.each([
    ["0 while the App lives", 200, 0],
    ["1 while it fails", 500, 1],
  ])("has a health check that ends with %s", async (_, status, expected) => {
    const paths: string[] = [];
    const server = createServer((request, response) => {
      paths.push(request.url ?? "");
      response.writeHead(status).end();
    });
    await new Promise<void>((resolve) => {
      server.listen(0, "127.0.0.1", resolve);
    });
    const { port } = server.address() as AddressInfo;
    expect(await checkHealth(port)).toBe(expected);
    expect(paths).toEqual(["/livez"]);
    await new Promise((resolve) => {
      server.close(resolve);
    });
    expect(await checkHealth(port)).toBe(1);
  });
});
