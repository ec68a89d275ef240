import type http from "node:http";
import { AppError } from "./errors.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** A proxy elsewhere cannot reach them: the demo, and a GitHub that runs beside us. */
const NEVER_PROXIED = ["localhost", "127.0.0.1", "::1"];

/**
 * From here on every HTTP client of this process, whoever wrote it, obeys `HTTPS_PROXY`,
 * `HTTP_PROXY` and `NO_PROXY`, in upper or lower case; lower case wins, as in curl. PostgreSQL is no
 * HTTP. `NODE_EXTRA_CA_CERTS` is Node's own and read before us; we only say where it cannot work.
 * Throws `settings/invalid`. A proxy's address is never repeated: it may hold a password.
 */
export function obeyNetworkSettings(environment: Environment): void {
  const read = (name: string): string | undefined =>
    environment[name.toLowerCase()]?.trim() || environment[name]?.trim() || undefined;
  const [https, plain] = [read("HTTPS_PROXY"), read("HTTP_PROXY")];
  const problems = [
    judgeProxy("HTTPS_PROXY", https),
    judgeProxy("HTTP_PROXY", plain),
    judgeCertificates(environment["NODE_EXTRA_CA_CERTS"]),
  ].filter((problem) => problem !== null);
  if (problems.length > 0) {
    throw new AppError("settings/invalid", problems.join("\n"), { retry: { kind: "never" } });
  }
  if (https === undefined && plain === undefined) return;
  loadHttp().setGlobalProxyFromEnv({
    ...(https === undefined ? {} : { https_proxy: https }),
    ...(plain === undefined ? {} : { http_proxy: plain }),
    no_proxy: [read("NO_PROXY") ?? "", ...NEVER_PROXIED].filter((host) => host !== "").join(","),
  });
}

/** Only where a proxy is set: all of Node's clients come with it, and a replay needs none. */
function loadHttp(): typeof http {
  return process.getBuiltinModule("node:http");
}

function judgeProxy(name: string, address: string | undefined): string | null {
  if (address === undefined) return null;
  if (!/^https?:$/.test(URL.parse(address)?.protocol ?? "")) {
    return `${name}: it is no proxy's address; it should look like http://proxy.example.com:3128.`;
  }
  // Node 24.14 brought it; the one of this project has it.
  return typeof loadHttp().setGlobalProxyFromEnv === "function"
    ? null
    : `${name}: Node ${process.version} cannot use it; Node 24.14 or newer can.`;
}

function judgeCertificates(path: string | undefined): string | null {
  if (path === undefined || path === "") return null;
  try {
    const { accessSync, constants } = process.getBuiltinModule("node:fs");
    accessSync(path, constants.R_OK);
    return null;
  } catch {
    return `NODE_EXTRA_CA_CERTS: the file ${path} cannot be read; it should be your authority's certificate in PEM.`;
  }
}
