/**
 * Cut what we use out of GitHub's published descriptions: the operations of
 * `test/conformance/operations.json` and the webhooks of `test/conformance/webhooks.json`, with the
 * schemas they reach, without prose and examples. Rewrites `test/conformance/openapi.json`,
 * `openapi-ghes.json` (an Enterprise Server's) and `openapi-webhooks.json`; the same input gives the same bytes. Needs `npm` and `tar`.
 *
 *     node scripts/extract-descriptions.ts
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

interface Source {
  readonly name: string;
  readonly version: string;
  /** In the package's folder `generated`, without `.json`. */
  readonly file: string;
}

const REST: Source = { name: "@octokit/openapi", version: "23.0.2", file: "api.github.com" };
/** The oldest Enterprise Server that GitHub still describes there. */
const GHES: Source = { ...REST, file: "ghes-3.17" };
const WEBHOOKS: Source = {
  name: "@octokit/openapi-webhooks",
  version: "12.1.0",
  file: "api.github.com",
};
/** What an Enterprise Server does not have. */
const NOT_ON_GHES = /\/immutable-releases$/;
const FOLDER = join(import.meta.dirname, "..", "test", "conformance");

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type JsonObject = { [key: string]: Json };

/** Keywords that only people read. Never dropped below `properties`, where they are names. */
const PROSE = new Set([
  "default",
  "deprecated",
  "description",
  "example",
  "examples",
  "externalDocs",
  "title",
]);

function asObject(value: Json | undefined, what: string): JsonObject {
  if (value === undefined || value === null || typeof value !== "object" || Array.isArray(value)) {
    throw new Error(`Expected an object: ${what}`);
  }
  return value;
}

function download(source: Source): JsonObject {
  const folder = mkdtempSync(join(tmpdir(), "descriptions-"));
  try {
    const spec = `${source.name}@${source.version}`;
    const packed = execFileSync("npm", ["pack", spec, "--pack-destination", folder, "--silent"], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "inherit"],
    });
    const file = `package/generated/${source.file}.json`;
    execFileSync("tar", ["-xzf", join(folder, packed.trim()), "-C", folder, file]);
    return asObject(JSON.parse(readFileSync(join(folder, file), "utf8")), spec);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The value behind `#/components/...`, with its name there. */
function resolve(document: JsonObject, ref: string): Json {
  let found: Json = document;
  for (const part of ref.replace(/^#\//, "").split("/")) {
    found = asObject(found, ref)[part.replaceAll("~1", "/").replaceAll("~0", "~")] ?? null;
  }
  return found;
}

/** Follow one `$ref` where there is one. */
function follow(document: JsonObject, value: Json): JsonObject {
  const object = asObject(value, "reference");
  const ref = object["$ref"];
  return typeof ref === "string" ? asObject(resolve(document, ref), ref) : object;
}

/** A schema without prose; names of schemas it refers to go into `reached`. */
function slimSchema(value: Json, reached: Set<string>): Json {
  if (Array.isArray(value)) return value.map((entry) => slimSchema(entry, reached));
  if (value === null || typeof value !== "object") return value;
  const slim: JsonObject = {};
  for (const [key, entry] of Object.entries(value)) {
    if (PROSE.has(key) || key.startsWith("x-")) continue;
    if (key === "$ref" && typeof entry === "string") {
      reached.add(entry.replace("#/components/schemas/", ""));
    }
    slim[key] =
      key === "properties"
        ? Object.fromEntries(
            Object.entries(asObject(entry, key)).map(([name, schema]) => [
              name,
              slimSchema(schema, reached),
            ]),
          )
        : slimSchema(entry, reached);
  }
  return slim;
}

/** Schema of a JSON body, or null where the description gives none. */
function jsonSchema(container: JsonObject, reached: Set<string>): Json {
  const content = container["content"];
  if (content === undefined) return null;
  const media = asObject(content, "content");
  const json = media["application/json"] ?? media["application/scim+json"];
  if (json === undefined) return null;
  return slimSchema(asObject(json, "media type")["schema"] ?? {}, reached);
}

function slimOperation(document: JsonObject, path: string, method: string, reached: Set<string>) {
  const item = asObject(resolve(document, `#/paths/${path.replaceAll("/", "~1")}`), path);
  const operation = asObject(item[method], `${method} ${path}`);
  const parameters = [item["parameters"] ?? [], operation["parameters"] ?? []]
    .flatMap((list) => (Array.isArray(list) ? list : []))
    .map((entry) => follow(document, entry))
    .map((parameter) => ({
      name: parameter["name"] ?? null,
      in: parameter["in"] ?? null,
      required: parameter["required"] ?? false,
      schema: slimSchema(parameter["schema"] ?? {}, reached),
    }));
  const body = operation["requestBody"];
  const responses: JsonObject = {};
  for (const [status, entry] of Object.entries(asObject(operation["responses"], "responses"))) {
    responses[status] = jsonSchema(follow(document, entry), reached);
  }
  return {
    parameters,
    requestBody:
      body === undefined
        ? null
        : {
            required: follow(document, body)["required"] ?? false,
            schema: jsonSchema(follow(document, body), reached),
          },
    responses,
  };
}

/** All schemas reached from the given ones, slimmed, by name. */
function reachable(document: JsonObject, reached: Set<string>): JsonObject {
  const schemas: JsonObject = {};
  const names = [...reached];
  for (let name = names.pop(); name !== undefined; name = names.pop()) {
    if (name in schemas) continue;
    const found = new Set<string>();
    schemas[name] = slimSchema(resolve(document, `#/components/schemas/${name}`), found);
    names.push(...found);
  }
  return schemas;
}

/** One entry a line, sorted, so that a new version of the description shows as a small diff. */
function formatSections(sections: Record<string, JsonObject>): string {
  const parts = Object.entries(sections).map(([title, entries]) => {
    const lines = Object.keys(entries)
      .toSorted()
      .map((key) => `${JSON.stringify(key)}:${JSON.stringify(entries[key])}`);
    return `${JSON.stringify(title)}:{\n${lines.join(",\n")}\n}`;
  });
  return `{\n${parts.join(",\n")}\n}\n`;
}

function header(source: Source): JsonObject {
  return {
    source: `npm:${source.name}`,
    version: source.version,
    file: `generated/${source.file}.json`,
    licence: "MIT",
    copyright: "GitHub (github/rest-api-description), packed by the Octokit maintainers",
    by: "scripts/extract-descriptions.ts",
  };
}

function readList(name: string): string[] {
  const list: unknown = JSON.parse(readFileSync(join(FOLDER, name), "utf8"));
  if (!Array.isArray(list)) throw new Error(`${name} is a list`);
  return list.map(String);
}

function write(name: string, text: string, count: number): void {
  writeFileSync(join(FOLDER, name), text);
  console.log(`${name}: ${count} entries, ${Math.round(text.length / 1024)} KiB`);
}

function extractOperations(source: Source, file: string, names: readonly string[]): void {
  const document = download(source);
  const reached = new Set<string>();
  const operations: JsonObject = {};
  for (const name of names) {
    const [method = "", path = ""] = name.split(" ");
    operations[name] = slimOperation(document, path, method.toLowerCase(), reached);
  }
  const text = formatSections({
    header: header(source),
    operations,
    schemas: reachable(document, reached),
  });
  write(file, text, names.length);
}

function extractWebhooks(): void {
  const document = download(WEBHOOKS);
  const reached = new Set<string>();
  const webhooks: JsonObject = {};
  for (const name of readList("webhooks.json")) {
    const post = asObject(resolve(document, `#/webhooks/${name}/post`), name);
    webhooks[name] = jsonSchema(asObject(post["requestBody"], name), reached);
  }
  const text = formatSections({
    header: header(WEBHOOKS),
    webhooks,
    schemas: reachable(document, reached),
  });
  write("openapi-webhooks.json", text, Object.keys(webhooks).length);
}

const operations = readList("operations.json");
extractOperations(REST, "openapi.json", operations);
extractOperations(
  GHES,
  "openapi-ghes.json",
  operations.filter((name) => !NOT_ON_GHES.test(name)),
);
extractWebhooks();
