import type { Context } from "hono";

/** A question that cannot be answered; the message says what to ask instead. */
export class BadRequest extends Error {}

interface Paging {
  /** From 1. */
  readonly page: number;
  readonly perPage: number;
}

const PER_PAGE = 100;
const PER_PAGE_MAX = 500;
const PAGES_MAX = 100_000;

/** Throws BadRequest. */
export function pagingOf(context: Context): Paging {
  return {
    page: numberOf(context, "page", 1, PAGES_MAX),
    perPage: numberOf(context, "perPage", PER_PAGE, PER_PAGE_MAX),
  };
}

function numberOf(context: Context, name: string, usual: number, max: number): number {
  const text = context.req.query(name);
  if (text === undefined) return usual;
  const value = /^[1-9]\d{0,5}$/.test(text) ? Number(text) : 0;
  if (value >= 1 && value <= max) return value;
  throw new BadRequest(`\`${name}\` is a number from 1 to ${max}, such as ${name}=${usual}.`);
}

/** `Link`, as RFC 8288 and GitHub have it: whoever follows `next` comes to the end. */
export function pagingLinks(
  context: Context,
  path: string,
  { page, perPage, total }: Paging & { readonly total: number },
): void {
  const last = Math.max(1, Math.ceil(total / perPage));
  const to = (number: number, rel: string): string => {
    const query = new URLSearchParams(context.req.query());
    query.set("page", String(number));
    return `<${path}?${query.toString()}>; rel="${rel}"`;
  };
  const links = [
    ...(page > 1 ? [to(1, "first"), to(Math.min(page - 1, last), "prev")] : []),
    ...(page < last ? [to(page + 1, "next"), to(last, "last")] : []),
  ];
  if (links.length > 0) context.header("Link", links.join(", "));
}
