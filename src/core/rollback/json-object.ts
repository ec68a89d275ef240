/** JSON that others wrote. */

/** The fields of an object; none where it is no such text. Never throws. */
export function parseObject(text: string): Readonly<Record<string, unknown>> {
  try {
    return fieldsOf(JSON.parse(text));
  } catch {
    return {};
  }
}

/** None where it is no object. */
export function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject ? Object.fromEntries(Object.entries(value)) : {};
}

export function textOf(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
