import { afterAll, beforeAll, beforeEach } from "@jest/globals";
import { startLocalClaude } from "../../src/local-claude/server.ts";
import type { LocalClaude, LocalClaudeOptions } from "../../src/local-claude/server.ts";

export { startLocalClaude as startMessagesApi };

/** A Messages API for a whole test file; each test begins without faults and without requests. */
export function useMessagesApi(options: LocalClaudeOptions = {}): Omit<LocalClaude, "close"> {
  let running: LocalClaude | null = null;
  const started = (): LocalClaude => {
    if (running === null) throw new Error("The Messages API runs between beforeAll and afterAll");
    return running;
  };
  beforeAll(async () => {
    running = await startLocalClaude(options);
  });
  beforeEach(() => {
    const { requests, asked, faults } = started();
    for (const list of [requests, asked, faults]) list.length = 0;
    started().lastingFault = options.lastingFault ?? null;
    faults.push(...(options.faults ?? []));
  });
  afterAll(() => running?.close());
  return {
    get url() {
      return started().url;
    },
    get apiKey() {
      return started().apiKey;
    },
    get requests() {
      return started().requests;
    },
    get asked() {
      return started().asked;
    },
    get faults() {
      return started().faults;
    },
    get lastingFault() {
      return started().lastingFault;
    },
    set lastingFault(name) {
      started().lastingFault = name;
    },
  };
}
