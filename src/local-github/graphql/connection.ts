import { Failure } from "./errors.ts";

export interface PageArguments {
  first?: number | null;
  after?: string | null;
  last?: number | null;
  before?: string | null;
}

const PAGE_MAX = 100;

export interface Connection<T> {
  totalCount: number;
  pageInfo: {
    startCursor: string | null;
    endCursor: string | null;
    hasNextPage: boolean;
    hasPreviousPage: boolean;
  };
  nodes: readonly T[];
  edges: readonly { cursor: string; node: T }[];
}

/** Opaque to clients: the place in the list, counted from one. */
function formatCursor(place: number): string {
  return Buffer.from(`cursor:v2:${place}`).toString("base64");
}

function parseCursor(cursor: string): number {
  const place = /^cursor:v2:(\d+)$/.exec(Buffer.from(cursor, "base64").toString("utf8"))?.[1];
  if (place === undefined) {
    throw new Failure(
      "INVALID_CURSOR_ARGUMENTS",
      `\`${cursor}\` does not appear to be a valid cursor.`,
    );
  }
  return Number(place);
}

/**
 * GitHub's rule for every connection: `first` or `last`, from 1 to 100, wherever more than
 * `totalCount` is asked of it. Throws as GitHub words it.
 */
export function checkBounds(name: string, args: PageArguments, isCountOnly: boolean): void {
  const given = args.first ?? args.last;
  if (given === undefined || given === null) {
    if (isCountOnly) return;
    throw new Failure(
      "MISSING_PAGINATION_BOUNDARIES",
      `You must provide a \`first\` or \`last\` value to properly paginate the \`${name}\` connection.`,
    );
  }
  const side = args.first === undefined || args.first === null ? "last" : "first";
  if (given > PAGE_MAX) {
    throw new Failure(
      "EXCESSIVE_PAGINATION",
      `Requesting ${given} records on the \`${name}\` connection exceeds the \`${side}\` limit of ${PAGE_MAX} records.`,
    );
  }
  if (given < 1) {
    throw new Failure(
      "UNPROCESSABLE",
      `\`${side}\` on the \`${name}\` connection cannot be less than one.`,
    );
  }
}

/** Places `[start, end)` of a list of `total` that the arguments ask for. */
function cutPage(args: PageArguments, total: number): [number, number] {
  const start = args.after ? Math.min(parseCursor(args.after), total) : 0;
  const end = args.before ? Math.min(Math.max(parseCursor(args.before) - 1, start), total) : total;
  if (args.first !== undefined && args.first !== null)
    return [start, Math.min(start + args.first, end)];
  return [Math.max(start, end - (args.last ?? 0)), end];
}

/** The asked page as GitHub's connection; only the objects of the page are made. */
export function connection<S, T>(
  args: PageArguments,
  items: readonly S[],
  make: (item: S) => T,
): Connection<T> {
  const [start, end] = cutPage(args, items.length);
  const nodes = items.slice(start, end).map((item) => make(item));
  return {
    totalCount: items.length,
    pageInfo: {
      startCursor: end > start ? formatCursor(start + 1) : null,
      endCursor: end > start ? formatCursor(end) : null,
      hasNextPage: end < items.length,
      hasPreviousPage: start > 0,
    },
    nodes,
    edges: nodes.map((node, index) => ({ cursor: formatCursor(start + index + 1), node })),
  };
}
