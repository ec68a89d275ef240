import { afterAll, describe, expect, it } from "@jest/globals";
import type { Server } from "../../src/server.ts";
import { useDatabase } from "../support/database.ts";
import { startPages } from "./page-server.ts";

const test = useDatabase();
let server: Server | null = null;

async function get(path: string, headers: Record<string, string> = {}): Promise<Response> {
  server ??= await startPages(test.database);
  return await fetch(`${server.url}${path}`, { headers });
}

afterAll(async () => {
  await server?.close();
});

describe("the page around every page", () => {
  it("loads its style and its mark from here, and they may be kept for ever", async () => {
    const page = await (await get("/nothing", { accept: "text/html" })).text();
    const assets = [...page.matchAll(/<link\s+rel="(?:stylesheet|icon)"\s+href="([^"]+)"/g)];
    expect(assets).toHaveLength(2);
    for (const [, href = ""] of assets) {
      const answer = await get(href);
      expect(answer.status).toBe(200);
      expect(answer.headers.get("cache-control")).toContain("immutable");
      expect(answer.headers.get("content-type")).toMatch(/^(?:text\/css|image\/svg)/);
    }
  });

  it("allows no script, and no style or picture from elsewhere", async () => {
    const answer = await get("/nothing", { accept: "text/html" });
    const policy = answer.headers.get("content-security-policy") ?? "";
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("img-src 'self' data:");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/script-src|unsafe/);
    expect(await answer.text()).not.toMatch(/<script|\sstyle=|<style/);
  });

  it("tells people by a page, and programs by JSON, that there is nothing", async () => {
    const person = await get("/nothing", { accept: "text/html,*/*" });
    expect(person.status).toBe(404);
    expect(person.headers.get("cache-control")).toBe("no-store");
    expect(await person.text()).toContain("<h1>There is nothing here</h1>");
    const program = await get("/nothing");
    expect(program.status).toBe(404);
    expect(await program.json()).toEqual({ error: "There is nothing here." });
  });
});
