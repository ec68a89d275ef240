import { BROKER_VARIABLE, startBroker } from "./postgres-broker.ts";
import type { Broker } from "./postgres-broker.ts";
import { beginRequests } from "./requests.ts";

declare global {
  var smallbatchBroker: Broker | undefined;
}

/** Before the first test file of a run. */
export default async function setUp(): Promise<void> {
  beginRequests();
  globalThis.smallbatchBroker = await startBroker();
  process.env[BROKER_VARIABLE] = globalThis.smallbatchBroker.url;
}
