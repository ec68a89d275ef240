import { html } from "hono/html";
import type { Html } from "./layout.ts";

/** Rows on one page of a list. */
export const ROWS_MAX = 30;

/** Beyond any list here; git itself counts what it leaves out with 32 bits. */
const PAGES_MAX = 100_000;

/** The page of a list that `?page=` asks for; anything but a whole number from 1 on is 1. */
export function readPageNumber(text: string | undefined): number {
  const number = Number(text ?? 1);
  return Number.isInteger(number) && number >= 1 ? Math.min(number, PAGES_MAX) : 1;
}

export function renderBox(rows: readonly (Html | string)[], whenEmpty: string): Html {
  return html`<div class="box">
    ${rows.length > 0 ? rows : html`<div class="empty">${whenEmpty}</div>`}
  </div>`;
}

/** Links to the pages before and after; `query` is kept. */
export function renderPager(
  path: string,
  query: Record<string, string>,
  current: number,
  hasNext: boolean,
): Html {
  const address = (number: number): string =>
    `${path}?${new URLSearchParams({ ...query, page: String(number) }).toString()}`;
  if (current === 1 && !hasNext) return html``;
  return html`<nav class="pages" aria-label="Pages">
    <span>${current > 1 ? html`<a href="${address(current - 1)}">← Newer</a>` : ""}</span>
    <span>${hasNext ? html`<a href="${address(current + 1)}">Older →</a>` : ""}</span>
  </nav>`;
}
