import { interpretDelivery } from "../../src/github/events.ts";
import { commentOn, type Person } from "../../src/local-github/person.ts";
import { renderInstallationMark } from "../../src/local-github/webhook-payloads/envelope.ts";
import { renderPayload } from "../../src/local-github/webhook-payloads/payload.ts";
import { fleetingStore } from "../../src/reconcile/fleeting-store.ts";
import type { FleetingStore } from "../../src/reconcile/fleeting-store.ts";
import type { Delivery } from "../../src/store/inbox.ts";
import type { Scenario, ScenarioOptions, Stage } from "./scenario.ts";

/**
 * What the local GitHub tells of one repository from now on, worded and read as deliveries are: for
 * tests that have no server. Each delivery is heard once; `all` are those that GitHub could bring
 * again.
 */
export class Hearing {
  readonly all: Delivery[] = [];
  readonly #pending: Promise<void>[] = [];
  #heard = 0;

  constructor(stage: Stage, { repository }: Scenario) {
    const { github } = stage.github;
    // Another one than at first, where it was uninstalled meanwhile.
    const installation = github.data.installations.find(({ appId }) => appId === stage.app.id);
    if (installation === undefined) throw new Error("The App is not installed");
    let count = 0;
    github.onEvent((event) => {
      if (event.repositoryId !== repository.id) return;
      const at = (count += 1) - 1;
      const receivedAt = stage.clock.now();
      const keep = async (): Promise<void> => {
        const payload = {
          ...(await renderPayload(github, event)),
          ...renderInstallationMark(installation),
        };
        const guid = `${repository.id}-${at}`;
        const context = { appId: stage.app.id, guid, receivedAt };
        this.all[at] = {
          guid,
          event: event.name,
          receivedAt,
          payload: Buffer.from(JSON.stringify(payload)),
          interpretation: interpretDelivery(event.name, payload, context),
        };
      };
      this.#pending.push(keep());
    });
  }

  /** Everything that was told since the last time. */
  async take(): Promise<readonly Delivery[]> {
    await Promise.all(this.#pending.splice(0));
    const fresh = this.all.slice(this.#heard);
    this.#heard = this.all.length;
    return fresh;
  }
}

/** A scenario whose loop hears what GitHub tells. */
export async function openHearing(stage: Stage, options: ScenarioOptions = {}) {
  const store = fleetingStore();
  const scenario = await stage.open({ ...options, store });
  const hearing = new Hearing(stage, scenario);
  const look = async (how: Parameters<Scenario["look"]>[0] = {}) => {
    // The one of now: it may have been lost since.
    const known = scenario.store as FleetingStore;
    for (const { interpretation } of await hearing.take()) known.hear(interpretation);
    return scenario.look(how);
  };
  return { scenario, store, hearing, look };
}

/** What we put on a comment, in order. */
export function reactionsOn({ github }: Stage, commentId: number): readonly string[] {
  const { reactions } = github.github.data;
  return reactions.filter((each) => each.commentId === commentId).map(({ content }) => content);
}

/** A request of a person, as a browser makes it. Throws where GitHub refuses it. */
export async function act(
  scenario: Scenario,
  by: Person,
  [method, path]: readonly [method: string, path: string],
  body: unknown = {},
): Promise<Record<string, unknown>> {
  const { apiUrl, owner, name } = scenario.place;
  const answer = await fetch(`${apiUrl}/repos/${owner}/${name}${path === "" ? "" : `/${path}`}`, {
    method,
    headers: { authorization: `Bearer ${by.token}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  return text === "" ? {} : (JSON.parse(text) as Record<string, unknown>);
}

/** Comment on a pull or an issue; the comment's id. */
export async function say(
  scenario: Scenario,
  by: Person,
  number: number,
  body: string,
): Promise<number> {
  return commentOn(scenario.place, by, number, body);
}
