/** Where a GitHub is: github.com, a GitHub Enterprise Server, or a tenant of ghe.com. */
interface GitHubAddresses {
  /** As people open it, without a trailing slash. */
  readonly serverUrl: string;
  readonly apiUrl: string;
  readonly graphqlUrl: string;
}

/**
 * Complete what is given (null: not given). Enterprise Server has its API below `/api` of the same
 * host, ghe.com on the host `api.` before the tenant's (docs.github.com, "Getting started with the
 * REST API" of each).
 */
export function deriveAddresses(given: {
  readonly serverUrl: string | null;
  readonly apiUrl: string | null;
  readonly graphqlUrl: string | null;
}): GitHubAddresses {
  const serverUrl = given.serverUrl ?? serverOf(given.apiUrl) ?? "https://github.com";
  const apiUrl = given.apiUrl ?? apiOf(serverUrl);
  const graphqlUrl = given.graphqlUrl ?? `${apiUrl.replace(/\/v3$/, "")}/graphql`;
  return { serverUrl, apiUrl, graphqlUrl };
}

function apiOf(serverUrl: string): string {
  const { protocol, hostname, host } = new URL(serverUrl);
  const hasOwnHost = isGitHubsOwn(hostname);
  return hasOwnHost ? `${protocol}//api.${host}` : `${serverUrl}/api/v3`;
}

function serverOf(apiUrl: string | null): string | null {
  if (apiUrl === null) return null;
  const { protocol, host } = new URL(apiUrl);
  return `${protocol}//${host.replace(/^api\.(?=github\.com$|[^.]+\.ghe\.com$)/, "")}`;
}

/** `https:` and the like; empty where it is no address. */
export function protocolOf(url: string): string {
  return URL.canParse(url) ? new URL(url).protocol : "";
}

/** Of a server, without anything that only a page or a login needs. */
export function isWebAddress(url: string): boolean {
  if (!/^https?:$/.test(protocolOf(url))) return false;
  const { username, password, search, hash } = new URL(url);
  return username + password + search + hash === "";
}

/** Where browsers take http for safe ("Secure Contexts", W3C), and nothing else can reach. */
export function isThisMachine(hostname: string): boolean {
  return /^(localhost|127\.[\d.]+|\[::1\])$/.test(hostname);
}

/** github.com or a tenant of ghe.com, which has its limits, too. */
export function isGitHubsOwn(hostname: string): boolean {
  return hostname === "github.com" || hostname.endsWith(".ghe.com");
}
