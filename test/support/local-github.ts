import { afterAll, afterEach, beforeAll } from "@jest/globals";
import {
  startLocalGitHub,
  type LocalGitHub,
  type LocalGitHubOptions,
} from "../../src/local-github/server.ts";
import { checkExchange } from "../conformance/check-exchange.ts";
import { checkWebhook } from "../conformance/check-webhook.ts";
import { judgeRequest, keepRequests } from "./requests.ts";

export interface LocalGitHubFixture extends Omit<LocalGitHub, "close"> {
  /** Settings of a program that is to use it. */
  readonly addresses: Readonly<
    Record<"GITHUB_SERVER_URL" | "GITHUB_API_URL" | "GITHUB_GRAPHQL_URL", string>
  >;
  /** What broke GitHub's descriptions since it was last asked; asking clears the list. */
  takeViolations(): Promise<string[]>;
}

/**
 * A local GitHub for a whole test file. Every exchange and every webhook is checked against
 * GitHub's published descriptions, and every request of the product against the list in
 * `docs/permissions.md`; a test fails with what broke them. Call it at the top of a file; its
 * properties stand from the first `beforeAll` on.
 */
export function useLocalGitHub(options: LocalGitHubOptions = {}): LocalGitHubFixture {
  let running: LocalGitHub | null = null;
  let violations: string[] = [];
  let lastDeliveryId = 0;
  const requested = new Set<string>();
  const started = (): LocalGitHub => {
    if (!running) throw new Error("The local GitHub runs between beforeAll and afterAll");
    return running;
  };

  const takeViolations = async (): Promise<string[]> => {
    const { webhooks, github } = started();
    await webhooks.idle();
    const deliveries = github.data.deliveries.filter(({ id }) => id > lastDeliveryId);
    lastDeliveryId = deliveries.at(-1)?.id ?? lastDeliveryId;
    const taken = [
      ...violations,
      ...deliveries.flatMap(({ event, payload }) => checkWebhook(event, JSON.parse(payload))),
    ];
    violations = [];
    return [...new Set(taken)];
  };

  const failOnViolations = async () => {
    const taken = await takeViolations();
    if (taken.length > 0) {
      throw new Error(
        `Not as GitHub and docs/permissions.md say:\n  ${taken.slice(0, 40).join("\n  ")}`,
      );
    }
  };

  beforeAll(async () => {
    running = await startLocalGitHub({
      ...options,
      onExchange: (exchange) => {
        const judged = judgeRequest(exchange);
        violations.push(...checkExchange(exchange), ...judged.violations);
        if (judged.name !== null) requested.add(judged.name);
        options.onExchange?.(exchange);
      },
    });
  });
  afterEach(failOnViolations);
  afterAll(async () => {
    try {
      if (running) await failOnViolations();
    } finally {
      keepRequests(requested);
      await running?.close();
    }
  });

  return {
    get url() {
      return started().url;
    },
    get apiUrl() {
      return started().apiUrl;
    },
    get graphqlUrl() {
      return started().graphqlUrl;
    },
    get addresses() {
      const { url, apiUrl, graphqlUrl } = started();
      return {
        GITHUB_SERVER_URL: url,
        GITHUB_API_URL: apiUrl,
        GITHUB_GRAPHQL_URL: graphqlUrl,
      };
    },
    get gitUrl() {
      return started().gitUrl;
    },
    get github() {
      return started().github;
    },
    get faults() {
      return started().faults;
    },
    get webhooks() {
      return started().webhooks;
    },
    get requests() {
      return started().requests;
    },
    takeViolations,
  };
}
