/** Rows as text: CSV by RFC 4180, or one JSON array with a row a line. */

/** Spreadsheets take these at the start of a cell for a formula; titles are anybody's text. */
const FORMULA = /^[=+\-@\t\r]/;

function formatCell(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export function formatCsvRow(values: readonly unknown[]): string {
  return `${values.map(formatCell).join(",")}\r\n`;
}

/** The file in pieces. */
export async function* formatRows(
  format: "csv" | "json",
  columns: readonly string[],
  rows: AsyncIterable<Readonly<Record<string, unknown>>>,
): AsyncGenerator<string> {
  if (format === "csv") {
    yield formatCsvRow(columns);
    for await (const row of rows) yield formatCsvRow(columns.map((column) => row[column]));
    return;
  }
  let start = "[\n";
  for await (const row of rows) {
    yield `${start}${JSON.stringify(row)}`;
    start = ",\n";
  }
  yield start === "[\n" ? "[]\n" : "\n]\n";
}
