import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { sweepDeliveries } from "../../src/github/deliveries.ts";
import { MINUTE_MS, useBench } from "./bench.ts";

const bench = useBench();
const arrived: string[] = [];
let isAway = true;

/** The App's own server, which is away at first. */
const receiver = createServer((request, response) => {
  if (!isAway) arrived.push(String(request.headers["x-github-delivery"]));
  response.writeHead(isAway ? 503 : 202).end();
});

beforeAll(async () => {
  await new Promise<void>((resolve) => {
    receiver.listen(0, "127.0.0.1", resolve);
  });
});
afterAll(() => {
  receiver.close();
});

describe("a delivery that never arrived", () => {
  it("is asked for again, and once only", async () => {
    const { github } = bench.github;
    const app = github.data.apps.find(({ id }) => id === bench.installation.appId);
    if (app === undefined) throw new Error("The App stands from beforeAll on");
    const subject = await bench.open();
    app.webhookUrl = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;
    const since = bench.time.now - MINUTE_MS;
    await subject.rest("POST", "/issues", { title: "Lost" });
    await bench.github.webhooks.idle();
    const lost = github.data.deliveries.map(({ guid }) => guid);
    expect(lost.length).toBeGreaterThan(0);

    bench.time.now += 10 * MINUTE_MS;
    isAway = false;
    const sweep = { since, now: bench.time.now, isKnown: () => Promise.resolve(new Set<string>()) };
    const { asked } = await sweepDeliveries(bench.mintingClient(), sweep);
    await bench.github.webhooks.idle();
    expect(new Set(asked)).toEqual(new Set(lost));
    expect(new Set(arrived)).toEqual(new Set(lost));
    expect((await sweepDeliveries(bench.mintingClient(), sweep)).asked).toEqual([]);
  });
});
