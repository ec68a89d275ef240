import { readFileSync } from "node:fs";
import formats from "ajv-formats";
import { Ajv2020, type ErrorObject, type ValidateFunction } from "ajv/dist/2020.js";
import { EXCEPTIONS, type DescriptionException } from "./exceptions.ts";

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type Schema = { [key: string]: Json };

interface Parameter {
  readonly name: string;
  readonly in: "path" | "query" | "header";
  readonly required: boolean;
  readonly schema: Schema;
}

export interface Operation {
  readonly parameters: readonly Parameter[];
  readonly requestBody: { readonly required: boolean; readonly schema: Schema | null } | null;
  /** By status; null where the answer has no described JSON body. */
  readonly responses: Readonly<Record<string, Schema | null>>;
}

export interface Description {
  readonly header: Readonly<Record<string, string>>;
  /** By `METHOD /path/{parameter}`. */
  readonly operations: Readonly<Record<string, Operation>>;
  /** By event and action, such as `pull-request-opened`. */
  readonly webhooks: Readonly<Record<string, Schema>>;
  readonly schemas: Readonly<Record<string, Schema>>;
}

export type DescriptionName = "openapi" | "openapi-ghes" | "openapi-webhooks";

/** The description as GitHub published it. */
export function readDescription(name: DescriptionName): Description {
  return JSON.parse(readFileSync(new URL(`${name}.json`, import.meta.url), "utf8")) as Description;
}

/** The value at a JSON pointer, or undefined. */
export function atPointer(root: unknown, pointer: string): unknown {
  return pointer
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"))
    .reduce<unknown>(
      (value, part) =>
        value !== null && typeof value === "object"
          ? (value as Record<string, unknown>)[part]
          : undefined,
      root,
    );
}

function amend(description: Description, exceptions: readonly DescriptionException[]): void {
  for (const { pointer, actual } of exceptions) {
    const cut = pointer.lastIndexOf("/");
    const parent = atPointer(description, pointer.slice(0, cut)) as Schema | undefined;
    if (parent) parent[pointer.slice(cut + 1).replaceAll("~1", "/")] = actual;
  }
}

/**
 * OpenAPI 3.0 `nullable` in words that JSON Schema knows. ajv reads `nullable` only next to `type`,
 * GitHub also writes it next to `$ref`, `allOf` and `oneOf`.
 */
function rewriteNullable(value: Json): Json {
  if (Array.isArray(value)) return value.map(rewriteNullable);
  if (value === null || typeof value !== "object") return value;
  const { nullable, ...rest } = Object.fromEntries(
    Object.entries(value).map(([key, entry]) => [key, rewriteNullable(entry)]),
  );
  if (nullable !== true) {
    return nullable === undefined || nullable === false ? rest : { ...rest, nullable };
  }
  return { anyOf: [{ type: "null" }, rest] };
}

/**
 * Unknown keys of a request body are mistakes, though the description allows them by silence. Parts
 * of an `allOf`, `anyOf` or `oneOf` stay open, because each part knows only its own keys.
 */
function closeObjects(value: Json): Json {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return value;
  const closed: Schema = { ...value };
  const properties = value["properties"];
  if (properties !== undefined && properties !== null && typeof properties === "object") {
    closed["properties"] = Object.fromEntries(
      Object.entries(properties).map(([name, schema]) => [name, closeObjects(schema)]),
    );
    closed["additionalProperties"] ??= false;
  }
  if (value["items"] !== undefined) closed["items"] = closeObjects(value["items"]);
  return closed;
}

/** Several branches of GitHub's top-level `oneOf` fit one value, such as `{}`: one is enough. */
function openOneOf(schema: Schema): Schema {
  const { oneOf, ...rest } = schema;
  return oneOf === undefined ? schema : { ...rest, anyOf: oneOf };
}

/**
 * GitHub's own bots commit as `1+name[bot]@users.noreply.github.com`, which RFC 5322 and so the usual
 * `email` format does not allow.
 */
const ADDRESS = /^[^\s@<>]+@[^\s@<>]+$/;

/** Compiles schemas of one description when they are first used. */
export class Validator {
  readonly description: Description;
  readonly #bodies: Ajv2020;
  readonly #parameters: Ajv2020;
  readonly #compiled = new Map<string, ValidateFunction>();

  constructor(name: DescriptionName, exceptions: readonly DescriptionException[] = EXCEPTIONS) {
    const published = readDescription(name);
    amend(
      published,
      exceptions.filter(
        // An Enterprise Server's has the same mistakes.
        ({ description }) => description === (name === "openapi-ghes" ? "openapi" : name),
      ),
    );
    this.description = rewriteNullable(published as unknown as Json) as unknown as Description;
    const options = { strict: false, logger: false, allErrors: true } as const;
    this.#bodies = new Ajv2020(options);
    this.#parameters = new Ajv2020({ ...options, coerceTypes: "array" });
    for (const ajv of [this.#bodies, this.#parameters]) {
      formats.default(ajv);
      ajv.addFormat("email", ADDRESS);
      ajv.addSchema({ components: { schemas: this.description.schemas } }, "description");
    }
  }

  /** What is wrong with a body, as sentences; `key` names the schema for the cache. */
  checkBody(key: string, schema: Schema, value: unknown, options = { closed: false }): string[] {
    return this.#check(this.#bodies, key, schema, value, options.closed);
  }

  /** Parameters arrive as text: `"12"` is fine where an integer is described. */
  checkParameter(key: string, schema: Schema, value: unknown): string[] {
    return this.#check(this.#parameters, key, schema, { value }, false);
  }

  #check(ajv: Ajv2020, key: string, schema: Schema, value: unknown, closed: boolean): string[] {
    let validate = this.#compiled.get(key);
    if (!validate) {
      const open = openOneOf(schema);
      const body = closed ? closeObjects(open) : open;
      const wanted = ajv === this.#parameters ? { properties: { value: schema } } : body;
      const absolute = JSON.stringify(wanted).replaceAll('"$ref":"#/', '"$ref":"description#/');
      validate = ajv.compile(JSON.parse(absolute) as Schema);
      this.#compiled.set(key, validate);
    }
    return validate(value) ? [] : (validate.errors ?? []).map((error) => formatError(error));
  }
}

function formatError(error: ErrorObject): string {
  const at = error.instancePath === "" ? "/" : error.instancePath;
  const detail = ["enum", "additionalProperties", "const"].includes(error.keyword)
    ? ` ${JSON.stringify(error.params)}`
    : "";
  return `${at} ${error.message ?? error.keyword}${detail}`;
}
