import type { Exchange } from "../../src/local-github/server.ts";
import { checkGraphql } from "./check-graphql.ts";
import { Validator, type Operation } from "./description.ts";

/** Parameters that GitHub also takes with unescaped slashes. */
const SLASHED = new Set(["path", "ref", "branch", "basehead", "tag"]);

/** Every operation may answer these, described or not, with GitHub's plain error body. */
const GENERAL_STATUSES = new Set([301, 304, 307, 400, 401, 403, 404, 422, 429, 500, 502, 503, 504]);

/** Answers to requests for pages, git and the like: not the REST API. */
const NOT_REST = /^\/[^/]+\/[^/]+\.git(?:\/|$)/;

interface Route {
  readonly name: string;
  readonly method: string;
  readonly pattern: RegExp;
  readonly parameters: readonly string[];
  /** More literal segments win: `commits/{ref}/status` before `commits/{ref}`. */
  readonly weight: number;
  readonly operation: Operation;
  readonly validator: Validator;
}

function parseRoute(name: string, operation: Operation, validator: Validator): Route {
  const [method = "", path = ""] = name.split(" ");
  const parameters: string[] = [];
  const segments = path.split("/").slice(1);
  const source = segments
    .map((segment) => {
      const parameter = /^\{(.+)\}$/.exec(segment)?.[1];
      if (parameter === undefined) return segment.replaceAll(".", "\\.");
      parameters.push(parameter);
      return SLASHED.has(parameter) ? "(.+)" : "([^/]+)";
    })
    .join("/");
  // The contents of the root folder: the path is empty.
  const pattern = source.replace(/\/contents\/\(\.\+\)$/, "/contents(?:/(.*))?");
  return {
    name,
    method,
    pattern: new RegExp(`^/${pattern}$`),
    parameters,
    weight: segments.filter((segment) => !segment.startsWith("{")).length * 10 + segments.length,
    operation,
    validator,
  };
}

type RestDescription = "openapi" | "openapi-ghes";

const loaded = new Map<RestDescription, readonly Route[]>();

function load(name: RestDescription): readonly Route[] {
  const known = loaded.get(name);
  if (known) return known;
  const validator = new Validator(name);
  const routes = Object.entries(validator.description.operations)
    .map(([operationName, operation]) => parseRoute(operationName, operation, validator))
    .toSorted((a, b) => b.weight - a.weight);
  loaded.set(name, routes);
  return routes;
}

/** An Enterprise Server says so, and is held to its own description. */
function descriptionOf({ responseHeaders }: Exchange): RestDescription {
  return "x-github-enterprise-version" in responseHeaders ? "openapi-ghes" : "openapi";
}

/** `/api/v3` is the prefix of an own server; `/repositories/{id}` is what redirects name. */
function normalizePath(path: string): string {
  return path.replace(/^\/api\/v3(?=\/)/, "").replace(/^\/repositories\/(\d+)/, "/repos/by-id/$1");
}

function parseJson(text: string): { value: unknown } | null {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return null;
  }
}

/** Values of the path parameters, decoded, by name. */
function readPathParameters(route: Route, path: string): Map<string, string> {
  const groups = route.pattern.exec(path)?.slice(1) ?? [];
  return new Map(
    route.parameters.map((name, index) => [name, decodeURIComponent(groups[index] ?? "")]),
  );
}

function checkParameters(route: Route, path: string, query: string): string[] {
  const { validator } = route;
  const inPath = readPathParameters(route, path);
  const inQuery = new URLSearchParams(query);
  const described = route.operation.parameters;
  const unknown = [...new Set(inQuery.keys())]
    .filter((name) => !described.some((each) => each.in === "query" && each.name === name))
    .map((name) => `query: unknown parameter ${name}`);
  const wrong = described.flatMap((parameter) => {
    if (parameter.in === "header") return [];
    const value =
      parameter.in === "path"
        ? inPath.get(parameter.name)
        : (inQuery.get(parameter.name) ?? undefined);
    if (value === undefined) {
      return parameter.required ? [`${parameter.in}: ${parameter.name} is missing`] : [];
    }
    const key = `${route.name} ${parameter.in} ${parameter.name}`;
    return validator
      .checkParameter(key, parameter.schema, value)
      .map((error) => `${parameter.in}: ${parameter.name}: ${error}`);
  });
  return [...unknown, ...wrong];
}

function checkRequestBody(route: Route, text: string): string[] {
  const described = route.operation.requestBody;
  if (text === "") return described?.required ? ["request: body is missing"] : [];
  if (!described?.schema) return ["request: a body where none is described"];
  const parsed = parseJson(text);
  if (!parsed) return ["request: body is not JSON"];
  const errors = route.validator
    .checkBody(`${route.name} request`, described.schema, parsed.value, { closed: true })
    .map((error) => `request: ${error}`);
  return [...errors, ...checkRequestMeaning(route, parsed.value)];
}

/** Rules that GitHub states in prose and the schema does not hold. */
function checkRequestMeaning(route: Route, body: unknown): string[] {
  if (!route.name.includes("/check-runs") || body === null || typeof body !== "object") return [];
  const { status, conclusion } = body as { status?: unknown; conclusion?: unknown };
  return status === "completed" && conclusion === undefined
    ? ["request: a completed check run has a conclusion"]
    : [];
}

/** Requests with a wrong method, path, query or body; only ours are held to the description. */
function checkRequest(route: Route | undefined, path: string, exchange: Exchange): string[] {
  if (!route) return ["request: no operation of test/conformance/operations.json"];
  return [
    ...checkParameters(route, path, exchange.query),
    ...checkRequestBody(route, exchange.requestBody),
  ];
}

function checkErrorBody(exchange: Exchange): string[] {
  const body = parseJson(exchange.responseBody)?.value as Record<string, unknown> | null;
  if (body === null || typeof body?.["message"] !== "string") {
    return [`response ${exchange.status}: an error has a message`];
  }
  return [];
}

function checkResponseBody(route: Route, exchange: Exchange): string[] {
  const schema = route.operation.responses[String(exchange.status)];
  if (schema === undefined) {
    if (!GENERAL_STATUSES.has(exchange.status)) {
      return [`response ${exchange.status}: a status that is not described`];
    }
    return exchange.status === 304 ? [] : checkErrorBody(exchange);
  }
  if (schema === null) {
    if (exchange.status >= 400) return checkErrorBody(exchange);
    return exchange.responseBody === ""
      ? []
      : [`response ${exchange.status}: a body where none is described`];
  }
  const parsed = parseJson(exchange.responseBody);
  if (!parsed) return [`response ${exchange.status}: body is not JSON`];
  const errors = route.validator
    .checkBody(`${route.name} ${exchange.status}`, schema, parsed.value)
    .map((error) => `response ${exchange.status}: ${error}`);
  return exchange.status >= 400 ? [...errors, ...checkErrorBody(exchange)] : errors;
}

/** A diff, a patch or a raw file was asked for: not JSON, and not described. */
function isRaw(exchange: Exchange): boolean {
  return /\b(?:raw|diff|patch|sha)\b/.test(exchange.requestHeaders["accept"] ?? "");
}

function checkResponse(route: Route | undefined, exchange: Exchange): string[] {
  const headers = exchange.responseHeaders;
  const errors = route
    ? checkResponseBody(route, exchange)
    : exchange.status < 400
      ? ["response: answered, but no operation of test/conformance/operations.json"]
      : checkErrorBody(exchange);
  if (exchange.responseBody !== "" && !headers["content-type"]?.includes("json")) {
    errors.push(`response: content-type is ${headers["content-type"] ?? "missing"}`);
  }
  if (exchange.status >= 500) return errors;
  const isLimited = descriptionOf(exchange) === "openapi";
  const missing = ["x-github-request-id", ...(isLimited ? ["x-ratelimit-remaining"] : [])].filter(
    (name) => !headers[name],
  );
  return [...errors, ...missing.map((name) => `response: header ${name} is missing`)];
}

function checkGraphqlExchange(exchange: Exchange, isOurs: boolean): string[] {
  const request = parseJson(exchange.requestBody)?.value as { query?: unknown } | undefined;
  const response = parseJson(exchange.responseBody)?.value as Record<string, unknown> | undefined;
  if (exchange.status !== 200) return exchange.status < 400 ? ["graphql: status"] : [];
  return [
    ...(isOurs ? checkGraphql(String(request?.query)).map((error) => `request: ${error}`) : []),
    ...(response && ("data" in response || "errors" in response)
      ? []
      : ["response: neither data nor errors"]),
  ];
}

/**
 * What GitHub's description says against one request and its answer, as sentences. Requests are
 * judged only when Smallbatch made them (by User-Agent); answers always.
 */
export function checkExchange(exchange: Exchange): string[] {
  const path = normalizePath(exchange.path);
  const label = `${exchange.method} ${exchange.path}`;
  const isOurs = (exchange.requestHeaders["user-agent"] ?? "").toLowerCase().includes("smallbatch");
  const say = (errors: string[]) => errors.map((error) => `${label}: ${error}`);
  if (path === "/graphql" || path === "/api/graphql") {
    return say(checkGraphqlExchange(exchange, isOurs));
  }
  const isRest =
    /^\/(?:repos|app|app-manifests|applications|apps|orgs|user|users|installation|meta|rate_limit|search)(?:\/|$)/;
  if (NOT_REST.test(path) || !isRest.test(path)) return [];
  const method = exchange.method === "HEAD" ? "GET" : exchange.method;
  const route = load(descriptionOf(exchange)).find(
    (each) => each.method === method && each.pattern.test(path),
  );
  // A fault loses answers on the way; what the client saw is then no answer of GitHub's.
  const isLost = exchange.status === 0 || exchange.method === "HEAD" || isRaw(exchange);
  return say([
    ...(isOurs ? checkRequest(route, path, exchange) : []),
    ...(isLost ? [] : checkResponse(route, exchange)),
  ]);
}
