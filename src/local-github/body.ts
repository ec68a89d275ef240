import { HttpError } from "./context.ts";

/** Fields of a JSON body, read as GitHub does: a wrong type is 422 and names the field. */
type Body = Record<string, unknown>;

function wrong(body: Body, field: string, expected: string): HttpError {
  const value = JSON.stringify(body[field]);
  return new HttpError(422, {
    message: `Invalid request.\n\nFor 'properties/${field}', ${value} is not ${expected}.`,
  });
}

function missing(field: string): HttpError {
  return new HttpError(422, { message: `Invalid request.\n\n"${field}" wasn't supplied.` });
}

/** Undefined when the field is absent. */
export function readString(body: Body, field: string): string | undefined {
  const value = body[field];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "string") throw wrong(body, field, "a string");
  return value;
}

/** Undefined when the field is absent; null when it is null. */
export function readNullableString(body: Body, field: string): string | null | undefined {
  return body[field] === null ? null : readString(body, field);
}

export function requireString(body: Body, field: string): string {
  const value = readString(body, field);
  if (value === undefined) throw missing(field);
  return value;
}

export function readBoolean(body: Body, field: string): boolean | undefined {
  const value = body[field];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "boolean") throw wrong(body, field, "a boolean");
  return value;
}

export function readStrings(body: Body, field: string): string[] | undefined {
  const value = body[field];
  if (value === undefined || value === null) return undefined;
  if (Array.isArray(value) && value.every(isString)) return value;
  throw wrong(body, field, "an array of strings");
}

export function readIntegers(body: Body, field: string): number[] | undefined {
  const value = body[field];
  if (value === undefined || value === null) return undefined;
  if (Array.isArray(value) && value.every(isInteger)) return value;
  throw wrong(body, field, "an array of integers");
}

export function readObject(body: Body, field: string): Body | undefined {
  const value = body[field];
  if (value === undefined || value === null) return undefined;
  if (isBody(value)) return value;
  throw wrong(body, field, "an object");
}

export function readObjects(body: Body, field: string): Body[] | undefined {
  const value = body[field];
  if (value === undefined || value === null) return undefined;
  if (Array.isArray(value) && value.every(isBody)) return value;
  throw wrong(body, field, "an array of objects");
}

/** One of the given texts. */
export function readOneOf<T extends string>(
  body: Body,
  field: string,
  allowed: readonly T[],
): T | undefined {
  const value = readString(body, field);
  if (value === undefined) return undefined;
  const found = allowed.find((each) => each === value);
  if (found === undefined) throw wrong(body, field, `one of ${allowed.join(", ")}`);
  return found;
}

function isString(value: unknown): value is string {
  return typeof value === "string";
}

function isInteger(value: unknown): value is number {
  return Number.isInteger(value);
}

function isBody(value: unknown): value is Body {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
