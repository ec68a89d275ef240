import { AsyncLocalStorage } from "node:async_hooks";
import { createHmac, randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import type { MiddlewareHandler } from "hono";
import type { Env } from "./context.ts";
import type { Faults } from "./faults.ts";
import type { GitHub } from "./github.ts";
import { appOf } from "./installations.ts";
import { coversRepository } from "./permission.ts";
import { renderInstallationMark } from "./webhook-payloads/envelope.ts";
import { renderPayload } from "./webhook-payloads/payload.ts";
import type { WorldEvent } from "./world-event.ts";
import type { App, Delivery, Installation } from "./world.ts";

/** GitHub closes the connection after ten seconds and counts the delivery as failed. */
const ANSWER_TIMEOUT_MS = 10_000;
/** The oldest deliveries are forgotten beyond so many. */
const DELIVERIES_MAX = 10_000;
const RESPONSE_CHARACTERS_MAX = 10_000;

interface Outgoing {
  appId: number;
  guid: string;
  event: string;
  action: string | null;
  installationId: number | null;
  repositoryId: number | null;
  payload: Promise<string>;
  redelivery: boolean;
  /** Resolves when the request that caused it was answered; undefined outside of requests. */
  answered?: Promise<void> | undefined;
}

/** What waits for one App. `held` are those that a fault wants to arrive late. */
interface Lane {
  queue: Outgoing[];
  held: Outgoing[];
  isRunning: boolean;
}

/**
 * Words every event for each installation that is to hear of it, and sends it: signed, one after
 * the other for each App, after the answer of the request that caused it. Never a second time by
 * itself: that is what `GET /app/hook/deliveries` and `redeliver` are for.
 */
export class Webhooks {
  readonly #github: GitHub;
  readonly #faults: Faults;
  readonly #lanes = new Map<number, Lane>();
  readonly #closing = new AbortController();
  readonly #request = new AsyncLocalStorage<Promise<void>>();
  #pending = 0;
  #waiting: (() => void)[] = [];
  #bug: Error | null = null;

  constructor(github: GitHub, faults: Faults) {
    this.#github = github;
    this.#faults = faults;
    github.onEvent((event) => this.#receive(event));
  }

  /** Lets what a request causes wait for its answer. */
  middleware(): MiddlewareHandler<Env> {
    return async (_, next) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      try {
        await this.#request.run(promise, next);
      } finally {
        setImmediate(resolve);
      }
    };
  }

  /** Resolves when nothing is on its way any more. Throws when an event could not be worded. */
  async idle(): Promise<void> {
    while (this.#pending > 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    if (this.#bug === null) return;
    const bug = this.#bug;
    this.#bug = null;
    throw bug;
  }

  /** Sends a delivery again, under its GUID, as a new line of the list. */
  redeliver(delivery: Delivery): void {
    const { appId, guid, event, action, installationId, repositoryId } = delivery;
    const payload = Promise.resolve(delivery.payload);
    const outgoing = { appId, guid, event, action, installationId, repositoryId, payload };
    this.#enqueue({ ...outgoing, redelivery: true });
  }

  /** What GitHub sends when a hook was set up. */
  ping(app: App): void {
    const hook = {
      type: "App",
      id: app.id,
      name: "web",
      active: true,
      app_id: app.id,
      events: app.events,
      config: { content_type: "json", insecure_ssl: "0", secret: "********", url: app.webhookUrl },
      created_at: app.createdAt,
      updated_at: app.createdAt,
    };
    const payload = JSON.stringify({ zen: "Keep it logically awesome.", hook_id: app.id, hook });
    this.#enqueue({
      appId: app.id,
      guid: randomUUID(),
      event: "ping",
      action: null,
      installationId: null,
      repositoryId: null,
      payload: Promise.resolve(payload),
      redelivery: false,
    });
  }

  /** Gives up what is on its way. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.idle().catch(() => undefined);
  }

  #receive(event: WorldEvent): void {
    if (event.appId !== undefined) return this.#tellApp(event, event.appId);
    const installations = recipients(this.#github, event);
    if (installations.length === 0) return;
    const body = renderPayload(this.#github, event);
    for (const installation of installations) {
      // An event of the installation itself shows all of it already.
      const mark = event.repositoryId === null ? {} : renderInstallationMark(installation);
      this.#enqueue({
        appId: installation.appId,
        guid: randomUUID(),
        event: event.name,
        action: event.action,
        installationId: installation.id,
        repositoryId: event.repositoryId,
        payload: body.then((payload) => JSON.stringify({ ...payload, ...mark })),
        redelivery: false,
        answered: this.#request.getStore(),
      });
    }
  }

  #tellApp(event: WorldEvent, appId: number): void {
    const app = this.#github.data.apps.find(({ id }) => id === appId);
    if (!app?.webhookUrl) return;
    this.#enqueue({
      appId,
      guid: randomUUID(),
      event: event.name,
      action: event.action,
      installationId: null,
      repositoryId: null,
      payload: renderPayload(this.#github, event).then((payload) => JSON.stringify(payload)),
      redelivery: false,
      answered: this.#request.getStore(),
    });
  }

  #enqueue(outgoing: Outgoing): void {
    const fault = this.#faults.takeDelivery(outgoing);
    if (fault.drop === "lost") {
      outgoing.payload.catch((error: unknown) => this.#report(error));
      return;
    }
    if (fault.drop === "failed") {
      void this.#track(async () => this.#record(outgoing, await outgoing.payload, NO_ANSWER));
      return;
    }
    const copies = fault.double ? [outgoing, outgoing] : [outgoing];
    const put = (): void => {
      const lane = this.#lane(outgoing.appId);
      (fault.reorder ? lane.held : lane.queue).push(...copies);
      if (!lane.isRunning) void this.#track(() => this.#run(lane));
    };
    if (fault.delayMs === undefined) return put();
    const { delayMs } = fault;
    void this.#track(async () => {
      await wait(delayMs, undefined, { signal: this.#closing.signal });
      put();
    });
  }

  #lane(appId: number): Lane {
    const found = this.#lanes.get(appId) ?? { queue: [], held: [], isRunning: false };
    this.#lanes.set(appId, found);
    return found;
  }

  /** In order; held ones come after the next other one, the newest first. */
  async #run(lane: Lane): Promise<void> {
    lane.isRunning = true;
    try {
      // What one cause brings about together is gathered first.
      await new Promise((resolve) => setImmediate(resolve));
      for (;;) {
        const next = lane.queue.shift() ?? lane.held.pop();
        if (next === undefined) break;
        if (this.#closing.signal.aborted) continue;
        await this.#attempt(next);
        lane.queue.unshift(...lane.held.splice(0).toReversed());
      }
    } finally {
      lane.isRunning = false;
    }
  }

  async #attempt(outgoing: Outgoing): Promise<void> {
    try {
      await outgoing.answered;
      const payload = await outgoing.payload;
      const app = this.#github.data.apps.find((each) => each.id === outgoing.appId);
      if (!app?.webhookUrl) return;
      const answer = await send(app, app.webhookUrl, outgoing, payload, this.#closing.signal);
      this.#record(outgoing, payload, answer);
    } catch (error) {
      this.#report(error);
    }
  }

  #record(outgoing: Outgoing, payload: string, answer: Answer): void {
    const { payload: _, answered: __, ...facts } = outgoing;
    const { deliveries } = this.#github.data;
    deliveries.push({
      id: this.#github.nextId(),
      ...facts,
      ...answer,
      deliveredAt: this.#github.now().toISOString(),
      payload,
    });
    if (deliveries.length > DELIVERIES_MAX) deliveries.shift();
    this.#github.changed();
  }

  #report(error: unknown): void {
    if (this.#closing.signal.aborted) return;
    this.#bug ??= error instanceof Error ? error : new Error(String(error));
  }

  async #track(work: () => Promise<void>): Promise<void> {
    this.#pending += 1;
    try {
      await work();
    } catch (error) {
      this.#report(error);
    } finally {
      this.#pending -= 1;
      if (this.#pending === 0) for (const resolve of this.#waiting.splice(0)) resolve();
    }
  }
}

type Answer = Pick<Delivery, "status" | "statusCode" | "duration" | "responseBody">;

/** No status code at all: GitHub's filter `status=failure` (400 to 599) does not find these. */
const NO_ANSWER: Answer = { status: "timed out", statusCode: 0, duration: 10, responseBody: "" };

/** Installations that hear of an event. */
function recipients(github: GitHub, event: WorldEvent): Installation[] {
  const hasUrl = (installation: Installation): boolean => !!appOf(github, installation).webhookUrl;
  if (event.repositoryId === null) {
    return github.data.installations.filter(
      (each) => each.id === event.installationId && hasUrl(each),
    );
  }
  const repository = github.repository(event.repositoryId);
  if (repository === null) return [];
  const onlyAppId = ownAppId(event);
  return github.data.installations
    .filter((each) => each.suspendedAt === null && coversRepository(each, null, repository))
    .filter((each) => onlyAppId === null || each.appId === onlyAppId)
    .filter((each) => onlyAppId !== null || each.events.includes(event.name))
    .filter(hasUrl);
}

/** Requests to check go to the App that owns the check, whatever it subscribes to. Null: to all. */
function ownAppId({ action, detail }: WorldEvent): number | null {
  const isAsked = ["requested", "rerequested", "requested_action"].includes(action ?? "");
  if (!isAsked) return null;
  return (detail.checkRun ?? detail.checkSuite)?.appId ?? null;
}

async function send(
  app: App,
  url: string,
  outgoing: Outgoing,
  payload: string,
  closing: AbortSignal,
): Promise<Answer> {
  const startedAt = performance.now();
  const duration = (): number => Math.round(performance.now() - startedAt) / 1_000;
  try {
    const response = await fetch(url, {
      method: "POST",
      redirect: "manual",
      headers: headersOf(app, outgoing, payload),
      body: payload,
      signal: AbortSignal.any([AbortSignal.timeout(ANSWER_TIMEOUT_MS), closing]),
    });
    const responseBody = (await response.text()).slice(0, RESPONSE_CHARACTERS_MAX);
    const status = response.ok
      ? "OK"
      : response.statusText || `Invalid HTTP Response: ${response.status}`;
    return { status, statusCode: response.status, duration: duration(), responseBody };
  } catch (error) {
    const isTimeout = error instanceof Error && error.name === "TimeoutError";
    const status = isTimeout ? NO_ANSWER.status : "failed to connect to host";
    return { ...NO_ANSWER, status, duration: duration() };
  }
}

function headersOf(app: App, outgoing: Outgoing, payload: string): Record<string, string> {
  const sign = (algorithm: "sha1" | "sha256"): string =>
    `${algorithm}=${createHmac(algorithm, app.webhookSecret).update(payload).digest("hex")}`;
  return {
    accept: "*/*",
    "content-type": "application/json",
    "user-agent": "GitHub-Hookshot/local",
    "x-github-delivery": outgoing.guid,
    "x-github-event": outgoing.event,
    "x-github-hook-id": String(app.id),
    "x-github-hook-installation-target-id": String(app.id),
    "x-github-hook-installation-target-type": "integration",
    "x-hub-signature": sign("sha1"),
    "x-hub-signature-256": sign("sha256"),
  };
}
