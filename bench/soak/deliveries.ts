import { createHmac, randomUUID } from "node:crypto";
import { Agent, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { PLACE, RECORDED_IDS, labelOf } from "../canned/world.ts";
import type { CannedDelivery } from "../canned/world.ts";

const IN_FLIGHT_MAX = 50;
/** Every so many deliveries are sent twice, as GitHub may. */
const TWICE_EVERY = 100;
/** What was refused is sent again, as the sweep has GitHub do. */
const AGAIN_MS = 1_000;

interface Target {
  readonly url: string;
  readonly secret: string;
  readonly repositories: readonly {
    readonly id: number;
    readonly installationId: number;
  }[];
  readonly deliveries: readonly CannedDelivery[];
}

/** Sends recorded deliveries, each about the next repository and with ids of its own. */
export class Sender {
  readonly #target: Target;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: IN_FLIGHT_MAX });
  readonly guids: string[] = [];
  refused = 0;
  doubled = 0;

  constructor(target: Target) {
    this.#target = target;
  }

  /** At most `rate` a second. */
  async send(count: number, rate: number): Promise<void> {
    const beganAt = performance.now();
    const inFlight = new Set<Promise<void>>();
    for (let sent = 0; sent < count; sent += 1) {
      const aheadMs = (sent / rate) * 1_000 - (performance.now() - beganAt);
      if (aheadMs > 1) await sleep(aheadMs);
      while (inFlight.size >= IN_FLIGHT_MAX) await Promise.race(inFlight);
      const one = this.#sendNext().finally(() => inFlight.delete(one));
      inFlight.add(one);
    }
    await Promise.all(inFlight);
  }

  close(): void {
    this.#agent.destroy();
  }

  async #sendNext(): Promise<void> {
    const { repositories, deliveries } = this.#target;
    const at = this.guids.length;
    const guid = randomUUID();
    this.guids.push(guid);
    const repository = repositories[at % repositories.length];
    const delivery = deliveries[Math.floor(at / repositories.length) % deliveries.length];
    if (repository === undefined || delivery === undefined) throw new Error("Nothing to send");
    const payload = fill(delivery.payload, repository, at);
    await this.#attempt(guid, delivery.event, payload);
    if (at % TWICE_EVERY !== 0) return;
    this.doubled += 1;
    await this.#attempt(guid, delivery.event, payload);
  }

  async #attempt(guid: string, event: string, payload: string): Promise<void> {
    for (;;) {
      const status = await this.#post(guid, event, payload);
      if (status === 202) return;
      if (status !== 503) throw new Error(`A delivery of ${event} was answered with ${status}`);
      this.refused += 1;
      await sleep(AGAIN_MS);
    }
  }

  #post(guid: string, event: string, payload: string): Promise<number> {
    const { url, secret } = this.#target;
    const signature = createHmac("sha256", secret).update(payload).digest("hex");
    return new Promise((resolve, reject) => {
      const headers = {
        "content-type": "application/json",
        "content-length": Buffer.byteLength(payload),
        "x-github-event": event,
        "x-github-delivery": guid,
        "x-hub-signature-256": `sha256=${signature}`,
      };
      const options = { method: "POST", agent: this.#agent, headers };
      const asked = request(`${url}/api/github/webhooks`, options, (response) => {
        response.resume().once("end", () => resolve(response.statusCode ?? 0));
      });
      asked.once("error", reject);
      asked.end(payload);
    });
  }
}

/** Ids differ between deliveries, so that their facts do, too. */
function fill(
  payload: string,
  { id, installationId }: Target["repositories"][number],
  at: number,
): string {
  const { owner, name } = labelOf(id);
  return payload
    .replaceAll(RECORDED_IDS, (recorded) => {
      if (recorded === String(PLACE.id)) return String(id);
      if (recorded === String(PLACE.installationId)) return String(installationId);
      return String(Number(recorded) + at * 1_000_000);
    })
    .replaceAll(PLACE.owner, owner)
    .replaceAll(PLACE.name, name);
}
