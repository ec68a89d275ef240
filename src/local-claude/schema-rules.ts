import { invalid } from "./api-error.ts";

/** Of JSON Schema, what the service's grammars do not know. */
const UNSUPPORTED =
  /^(?:minLength|maxLength|minimum|maximum|exclusiveMinimum|exclusiveMaximum|multipleOf|maxItems|uniqueItems|minProperties|maxProperties|patternProperties|if|then|else|not)$/;

const OPTIONAL_MAX = 24;
const UNIONS_MAX = 16;

/** Throws the 400 for a schema that the service would not compile. */
export function requireSupported(schema: Readonly<Record<string, unknown>>): void {
  const found = { optional: 0, unions: 0 };
  walk(schema, "output_config.format.schema", found);
  if (found.optional > OPTIONAL_MAX) {
    throw invalid(`output_config.format.schema: more than ${OPTIONAL_MAX} optional parameters`);
  }
  if (found.unions > UNIONS_MAX) {
    throw invalid(`output_config.format.schema: more than ${UNIONS_MAX} parameters with unions`);
  }
}

function walk(node: unknown, place: string, found: { optional: number; unions: number }): void {
  if (!isRecord(node)) return;
  const unsupported = Object.keys(node).find((name) => UNSUPPORTED.test(name));
  if (unsupported !== undefined) {
    throw invalid(`${place}: property '${unsupported}' is not supported`);
  }
  const { properties } = node;
  if (node["type"] === "object") {
    if (node["additionalProperties"] !== false) {
      throw invalid(
        `${place}: For 'object' type, 'additionalProperties' must be explicitly set to false`,
      );
    }
    const required: unknown = node["required"];
    const names = isRecord(properties) ? Object.keys(properties) : [];
    const needed = Array.isArray(required) ? required.length : 0;
    found.optional += names.length - needed;
  }
  if (Array.isArray(node["anyOf"]) || Array.isArray(node["type"])) found.unions += 1;
  for (const [name, child] of isRecord(properties) ? Object.entries(properties) : []) {
    walk(child, `${place}.properties.${name}`, found);
  }
  walk(node["items"], `${place}.items`, found);
  if (Array.isArray(node["anyOf"])) {
    for (const each of node["anyOf"]) walk(each, `${place}.anyOf`, found);
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
