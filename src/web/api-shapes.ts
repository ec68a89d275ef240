import type { Change as ChangeOf } from "../core/clocks/change.ts";
import type { Finding as FindingOf } from "../core/clocks/findings.ts";
import type { ClockMeasured, Figure, Measured } from "../core/clocks/measured.ts";
import type { Figures } from "../core/clocks/numbers.ts";
import type { Instant } from "../core/state.ts";
import type { Answer } from "./api-answers.ts";
import type { PublishedRelease } from "./changelog.ts";
import { namingOf } from "./number-names.ts";
import type { AnyNumber } from "./number-names.ts";
import type { RowSubject } from "./rows.ts";
import type { SeenRepository } from "./viewer.ts";

/** What we know, in the words of the answers of the API. */

export function formatTime(at: Instant): string {
  return new Date(at).toISOString();
}

export function windowOf({ from, to }: { readonly from: Instant; readonly to: Instant }) {
  return { from: formatTime(from), to: formatTime(to) };
}

export function numberOf(id: AnyNumber, measured: Figure): Answer<"Number"> {
  const { unit, value, missing, sentence, interval: between, n, censored } = measured;
  return {
    id,
    name: namingOf(id).name,
    unit,
    value,
    missing: value === null ? missing : null,
    sentence,
    interval: between,
    n,
    open: censored,
    leftOut: measured.leftOut.map(({ what, count }) => ({ what, count })),
    window: windowOf(measured.window),
    asOf: formatTime(measured.asOf),
    definitions: measured.definitions,
  };
}

function clockOf(id: AnyNumber, measured: Figure<ClockMeasured>): Answer<"Clock"> {
  const { otherwise, quantiles } = measured;
  return { ...numberOf(id, measured), otherwise, quantiles };
}

export function numbersOf({ clocks, numbers: others }: Figures) {
  return { clocks: mapped(clocks, clockOf), numbers: mapped(others, numberOf) };
}

function mapped<K extends AnyNumber, T, R>(
  values: Readonly<Record<K, T>>,
  map: (id: K, value: T) => R,
): Record<string, R> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys of the record
  const ids = Object.keys(values) as K[];
  return Object.fromEntries(ids.map((id) => [id, map(id, values[id])]));
}

export function changesOf(values: Readonly<Record<string, ChangeOf>>) {
  return Object.fromEntries(
    Object.entries(values).map(([id, { kind, value, interval: between, direction, sentence }]) => [
      id,
      { kind, value, interval: between, direction, sentence },
    ]),
  );
}

export function findingsOf(all: readonly FindingOf[]): Answer<"Finding">[] {
  return all.map(({ name, state, sentence, numbers: ids }) => {
    return { name, state, sentence, numbers: [...ids] };
  });
}

export function repositoryOf(seen: SeenRepository): Answer<"Repository"> {
  const { id, owner, name, isPrivate } = seen;
  return { id, owner, name, isPrivate };
}

export function rowOf(
  { key, ms, end }: Measured["rows"][number],
  subject: RowSubject | undefined,
): Answer<"Row"> {
  const { name = key, title = "", url = "", endedAt = null } = subject ?? {};
  const ended = endedAt === null || end === "open" ? null : formatTime(endedAt);
  return { key, name, title, url, ms, endedAt: ended, end };
}

export function releaseOf(published: PublishedRelease): Answer<"Release"> {
  const { tag, sha, component, channel, publishedAt, url, card, rolledBackBy } = published;
  return {
    tag,
    sha,
    component,
    channel,
    publishedAt: formatTime(publishedAt),
    url,
    level: card.level,
    units: card.units.length,
    rolledBackBy,
  };
}
