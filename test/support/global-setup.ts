import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { BROKER_VARIABLE, startBroker } from "./postgres-broker.ts";
import type { Broker } from "./postgres-broker.ts";
import { beginRequests } from "./requests.ts";

declare global {
  var smallbatchBroker: Broker | undefined;
}

/** Where programs that tests start keep their modules, compiled: read by Node. */
export const COMPILED_VARIABLE = "NODE_COMPILE_CACHE";

/** Before the first test file of a run. */
export default async function setUp(): Promise<void> {
  beginRequests();
  process.env[COMPILED_VARIABLE] = mkdtempSync(path.join(tmpdir(), "compiled-"));
  globalThis.smallbatchBroker = await startBroker();
  process.env[BROKER_VARIABLE] = globalThis.smallbatchBroker.url;
}
