import { readFileSync } from "node:fs";
import path from "node:path";
import { parseEnv } from "node:util";
import { parse } from "yaml";

/** What we read of one service of `compose.yml`. */
export interface ComposeService {
  readonly command?: readonly string[];
  readonly env_file?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly deploy?: { readonly replicas: number };
  readonly ports?: readonly string[];
  readonly networks: readonly string[];
  readonly [key: string]: unknown;
}

export interface Compose {
  readonly services: Readonly<Record<string, ComposeService>>;
}

const FILE = path.join(import.meta.dirname, "..", "..", "compose.yml");

/** `compose.yml` as Compose reads it: with the variables of its `.env` in place. */
export function readCompose(variables: Readonly<Record<string, string>>): Compose {
  const text = readFileSync(FILE, "utf8").replaceAll(/^\s*#.*$/gm, "");
  return parse(interpolate(text, variables)) as Compose;
}

/** `${NAME:-default}`, `${NAME:?what is missing}`, and `$$` for a dollar. */
function interpolate(text: string, variables: Readonly<Record<string, string>>): string {
  return text.replaceAll(
    /\$\$|\$\{(\w+)(?::([-?])([^}]*))?\}/g,
    (whole, name: string | undefined, kind: string | undefined, rest: string | undefined) => {
      if (whole === "$$" || name === undefined) return "$";
      const value = variables[name];
      if (value !== undefined) return value;
      if (kind === "-") return rest ?? "";
      throw new Error(`${name} is not set: ${rest ?? ""}`);
    },
  );
}

/** The environment of a service: that of its file, then its own. */
export function environmentOf(
  service: ComposeService,
  envFile: string,
): Readonly<Record<string, string>> {
  const fromFile = parseEnv(readFileSync(envFile, "utf8"));
  return { ...(fromFile as Record<string, string>), ...service.environment };
}
