import { setTimeout as wait } from "node:timers/promises";
import type { MiddlewareHandler } from "hono";
import type { Env, RequestContext } from "./context.ts";
import type { GitHub } from "./github.ts";
import { readGraphql } from "./graphql-request.ts";
import type { StaleReads } from "./stale-reads.ts";

interface RequestMatch {
  method?: string;
  /** Without a prefix such as `/api/v3` and with the present name; a text must be all of it. */
  path?: string | RegExp;
  /** Name of the operation, such as `ObserveLine`. */
  graphql?: string;
  /** By a token for this repository alone, or asking for one. */
  repositoryId?: number;
}

export interface RequestFault {
  match: RequestMatch;
  /** The first matching request that fails, counted from 1 and from now. 1 when left out. */
  nth?: number;
  /** How many fail in a row from there. 1 when left out. */
  times?: number;
  /** `after`: the request took effect, and only its answer is lost. */
  when: "before" | "after";
  /**
   * `reset` closes the connection. A delay changes nothing else, and neither does `hold`, which is
   * called when the request is there (`before`) or done (`after`) and keeps it until it resolves;
   * one that never resolves is an answer that never comes.
   */
  how: "502" | "403-secondary" | "reset" | { delayMs: number } | { hold: () => Promise<unknown> };
}

/** One webhook on its way to one App, as far as a fault may choose by it. */
export interface DeliveryFacts {
  guid: string;
  event: string;
  action: string | null;
  repositoryId: number | null;
}

export interface DeliveryFault {
  /** Every delivery when left out. */
  match?: (delivery: DeliveryFacts) => boolean;
  /** `failed`: it stands in the list of deliveries as timed out. `lost`: nowhere at all. */
  drop?: "failed" | "lost";
  /** Sent twice with the same GUID. */
  double?: boolean;
  delayMs?: number;
  /** Held back until a later one of the same App went before it, or nothing else is on its way. */
  reorder?: boolean;
}

/** What became of a fault so far. */
export interface FaultHandle {
  /** Requests or deliveries that it fits. */
  readonly matched: number;
  /** Those that it broke. */
  readonly fired: number;
  remove(): void;
}

type Rule<F> = F & { matched: number; fired: number };

/** Seconds that GitHub asks to wait at a secondary limit. */
const SECONDARY_RETRY_SECONDS = 60;

/** Faults on request. Nothing fails unless a test or a script asked for it. */
export class Faults {
  readonly #github: GitHub;
  readonly #requests: Rule<RequestFault>[] = [];
  readonly #deliveries: Rule<DeliveryFault>[] = [];
  readonly #stale: StaleReads;

  constructor(github: GitHub, stale: StaleReads) {
    this.#github = github;
    this.#stale = stale;
  }

  failRequest(fault: RequestFault): FaultHandle {
    return addRule(this.#requests, fault);
  }

  deliveries(fault: DeliveryFault): FaultHandle {
    return addRule(this.#deliveries, fault);
  }

  /**
   * From now on reads of repositories (`GET /repos/...` and GraphQL documents without a mutation)
   * answer from the world as it was so many seconds ago, but never from before this call: refs,
   * pulls, issues, comments, releases, check runs and statuses alike. Tokens, installations, people
   * and git over smart HTTP are always current. 0 ends it.
   */
  staleReads(seconds: number): Promise<void> {
    return this.#stale.set(seconds);
  }

  /** For so many seconds after its merge a pull is not found by its commits. 0 ends it. */
  lagAssociatedPulls(seconds: number): void {
    this.#github.associationLagSeconds = seconds;
  }

  /** Takes every fault back. */
  async clear(): Promise<void> {
    this.#requests.length = 0;
    this.#deliveries.length = 0;
    this.#github.associationLagSeconds = 0;
    await this.#stale.set(0);
  }

  /** All that is to happen to one delivery; empty for nothing. */
  takeDelivery(facts: DeliveryFacts): Omit<DeliveryFault, "match"> {
    const taken: Omit<DeliveryFault, "match"> = {};
    for (const rule of this.#deliveries) {
      if (rule.match !== undefined && !rule.match(facts)) continue;
      rule.matched += 1;
      rule.fired += 1;
      if (rule.drop !== undefined) taken.drop = rule.drop;
      if (rule.double !== undefined) taken.double = rule.double;
      if (rule.delayMs !== undefined) taken.delayMs = rule.delayMs;
      if (rule.reorder !== undefined) taken.reorder = rule.reorder;
    }
    return taken;
  }

  /** Stands before everything else, so that what it breaks is broken for the client alone. */
  middleware(): MiddlewareHandler<Env> {
    return async (c, next) => {
      const fault = await this.#takeRequest(c);
      if (fault === null) return next();
      const { how, when } = fault;
      if (typeof how === "object") {
        const pause = () => ("hold" in how ? how.hold() : wait(how.delayMs));
        if (when === "before") await pause();
        await next();
        if (when === "after") await pause();
        return;
      }
      if (when === "after") await next();
      c.res = undefined;
      c.res = brokenAnswer(c, how);
    };
  }

  async #takeRequest(c: RequestContext): Promise<RequestFault | null> {
    let taken: RequestFault | null = null;
    for (const rule of this.#requests) {
      if (!(await this.#matches(c, rule.match))) continue;
      rule.matched += 1;
      const first = rule.nth ?? 1;
      const isDue = rule.matched >= first && rule.matched < first + (rule.times ?? 1);
      if (!isDue || taken !== null) continue;
      rule.fired += 1;
      taken = rule;
    }
    return taken;
  }

  async #matches(c: RequestContext, match: RequestMatch): Promise<boolean> {
    if (match.method !== undefined && match.method.toUpperCase() !== c.req.method) return false;
    if (match.graphql !== undefined) {
      if ((await readGraphql(c))?.operationName !== match.graphql) return false;
    }
    if (match.repositoryId !== undefined) {
      if ((await this.#readRepositoryId(c)) !== match.repositoryId) return false;
    }
    if (match.path === undefined) return true;
    const path = c.req.path;
    return typeof match.path === "string" ? match.path === path : match.path.test(path);
  }

  /** The one repository that the request's token is for, or asked for; null: several, or none. */
  async #readRepositoryId(c: RequestContext): Promise<number | null> {
    const sent = c.req.header("authorization")?.replace(/^(token|bearer) /i, "");
    const token = this.#github.data.tokens.find((each) => each.token === sent);
    const ids = token === undefined ? await readAskedIds(c) : token.repositoryIds;
    return ids?.length === 1 ? (ids[0] ?? null) : null;
  }
}

/** The `repository_ids` of a request for a token; reading them leaves the body to the handler. */
async function readAskedIds(c: RequestContext): Promise<number[] | null> {
  if (!c.req.path.endsWith("/access_tokens")) return null;
  const body: unknown = await c.req.json().catch(() => null);
  if (typeof body !== "object" || body === null || !("repository_ids" in body)) return null;
  return Array.isArray(body.repository_ids) ? body.repository_ids.map(Number) : null;
}

function addRule<F extends object>(rules: Rule<F>[], fault: F): FaultHandle {
  const rule: Rule<F> = { ...fault, matched: 0, fired: 0 };
  rules.push(rule);
  return {
    get matched() {
      return rule.matched;
    },
    get fired() {
      return rule.fired;
    },
    remove() {
      const index = rules.indexOf(rule);
      if (index >= 0) rules.splice(index, 1);
    },
  };
}

function brokenAnswer(c: RequestContext, how: "502" | "403-secondary" | "reset"): Response {
  if (how === "403-secondary") {
    return c.json(
      {
        documentation_url:
          "https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits",
        message:
          "You have exceeded a secondary rate limit. Please wait a few minutes before you try again. " +
          `If you reach out to GitHub Support for help, please include the request ID ${c.get("requestId") ?? ""}.`,
      },
      403,
      { "retry-after": String(SECONDARY_RETRY_SECONDS) },
    );
  }
  if (how === "reset") c.env.incoming.socket.destroy();
  return c.json({ message: "Server Error" }, 502);
}
