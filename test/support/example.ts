import { afterAll, beforeAll, expect } from "@jest/globals";
import { openExample, type Example } from "../../src/local-github/example.ts";
import { judgeRequest, keepRequests } from "./requests.ts";

export interface ExampleFixture {
  readonly running: Example;
  /** Settings of a program that is to use it. */
  addresses(): Record<string, string>;
  /** And of one that is the App. */
  app(): Record<string, string>;
}

/**
 * A local GitHub whose one repository is not started, for commands that run as processes of their
 * own. What they asked for must stand in docs/permissions.md. Call it at the top of a file.
 */
export function useWatchedExample(): ExampleFixture {
  let opened: Example | null = null;
  const requested = new Set<string>();
  const violations: string[] = [];
  const running = (): Example => {
    if (opened === null) throw new Error("The example runs between beforeAll and afterAll");
    return opened;
  };
  const addresses = (): Record<string, string> => {
    const { url, apiUrl, graphqlUrl } = running().address;
    return { GITHUB_SERVER_URL: url, GITHUB_API_URL: apiUrl, GITHUB_GRAPHQL_URL: graphqlUrl };
  };

  beforeAll(async () => {
    opened = await openExample({
      port: 0,
      stateDir: null,
      repositoryPath: null,
      webhookUrl: null,
      isStarted: false,
      onExchange: (exchange) => {
        const judged = judgeRequest(exchange);
        if (judged.name !== null) requested.add(judged.name);
        violations.push(...judged.violations);
      },
    });
  });

  afterAll(async () => {
    keepRequests(requested);
    await running().close();
    expect(violations).toEqual([]);
  });

  return {
    get running() {
      return running();
    },
    addresses,
    app: () => {
      const { appId, privateKeyPath } = running().address;
      return { ...addresses(), APP_ID: String(appId), PRIVATE_KEY_PATH: privateKeyPath };
    },
  };
}
