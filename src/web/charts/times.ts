import { scaleTime } from "d3-scale";
import { html } from "hono/html";
import type { Instant } from "../../core/state.ts";
import type { Html } from "../page.ts";
import { DAY_MS } from "./durations.ts";

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** `12 Nov`, in UTC. */
export function sayDay(at: Instant): string {
  const date = new Date(at);
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]}`;
}

/** `12 Nov 2026`, in UTC. */
export function sayDate(at: Instant): string {
  return `${sayDay(at)} ${new Date(at).getUTCFullYear()}`;
}

/** As people read it, as machines do, and to the minute for whoever points at it. */
export function renderTime(at: Instant): Html {
  const iso = new Date(at).toISOString();
  const minute = `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
  return html`<time datetime="${iso}" title="${minute}">${sayDate(at)}</time>`;
}

/** `12 Nov 2026, 14:05 UTC`. */
export function renderMinute(at: Instant): Html {
  const iso = new Date(at).toISOString();
  return html`<time datetime="${iso}">${sayDate(at)}, ${iso.slice(11, 16)} UTC</time>`;
}

interface TimeAxis {
  readonly place: (at: Instant) => number;
  readonly ticks: readonly { readonly at: number; readonly label: string }[];
}

/** An axis in UTC; what lies before or after it stands at its end. */
export function timeAxis(
  [since, until]: readonly [Instant, Instant],
  [from, to]: readonly [number, number],
  ticksMax: number,
): TimeAxis {
  const end = until > since ? until : since + DAY_MS;
  const scale = scaleTime([since, end], [from, to]).clamp(true);
  const place = (at: Instant): number => scale(at);
  const days = Math.max(1, (end - since) / DAY_MS / ticksMax);
  const every = [1, 2, 7, 14, 28, 91, 182, 364].find((each) => each >= days) ?? Math.ceil(days);
  const ticks: { at: number; label: string }[] = [];
  const midnight = Math.ceil(since / DAY_MS) * DAY_MS;
  for (let at = midnight; at <= end; at += every * DAY_MS) {
    ticks.push({ at: place(at), label: every > 60 ? sayMonth(at) : sayDay(at) });
  }
  return { place, ticks };
}

/** `Nov 2026`, in UTC. */
export function sayMonth(at: Instant): string {
  const date = new Date(at);
  return `${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}`;
}
