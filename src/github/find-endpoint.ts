import { ENDPOINTS } from "./endpoints.ts";
import type { Endpoint } from "./endpoints.ts";

/** GitHub takes tags and refs with their slashes unescaped. */
const SLASHED = /\\\{(?:ref|tag)\\\}/g;

// The longest first: `commits/{ref}` takes slashes, and with them `commits/{ref}/status`.
const LONGEST_FIRST = ENDPOINTS.toSorted((one, other) => other.name.length - one.name.length);

const ROUTES = LONGEST_FIRST.flatMap((endpoint) => {
  const [method = "", template = ""] = endpoint.name.split(" ");
  if (!template.startsWith("/")) return [];
  const source = template
    .replaceAll(/[{}.]/g, String.raw`\$&`)
    .replaceAll(SLASHED, ".+")
    .replaceAll(/\\\{\w+\\\}/g, "[^/]+");
  return [{ endpoint, method, pattern: new RegExp(`^${source}$`) }];
});

/** Which endpoint a path of the REST API is; null: none that we use. */
export function findEndpoint(method: string, path: string): Endpoint | null {
  // A repository by its id, as GitHub's redirects name it.
  const named = path.replace(/^\/repositories\/(\d+)(?=\/|$)/, "/repos/by-id/$1");
  const found = ROUTES.find((route) => route.method === method && route.pattern.test(named));
  return found?.endpoint ?? null;
}

/** Which endpoint a GraphQL document is, by the name of its one operation; null: none of ours. */
export function findDocument(document: string): Endpoint | null {
  const operations = [...document.matchAll(/^\s*(query|mutation|subscription)\b\s*(\w*)/gm)];
  const [operation] = operations;
  if (operation === undefined || operations.length > 1) return null;
  const name = `${operation[1]} ${operation[2]}`;
  return ENDPOINTS.find((endpoint) => endpoint.name === name) ?? null;
}
