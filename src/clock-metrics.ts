import type { Histogram, Registry } from "prom-client";
import { CLOCK_SECONDS } from "./store/clock-gauges.ts";
import type { ClockGauges, ClockSeries } from "./store/clock-gauges.ts";

/** One metric whose numbers are counted by the database, and only written down here. */
interface Told {
  readonly name: string;
  readonly help: string;
  readonly type: "histogram" | "counter" | "gauge";
  readonly labelNames: readonly string[];
  readonly valuesOf: (seen: ClockGauges) => readonly Sample[];
}

interface Sample {
  readonly metricName?: string;
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
}

const CLASSES = ["repo", "class", "ai", "bot"];

const TOLD: readonly Told[] = [
  {
    name: "smallbatch_change_lead_seconds",
    help: "From the start of the work on a pull to its merge.",
    type: "histogram",
    labelNames: CLASSES,
    valuesOf: ({ lead }) => histogramOf("smallbatch_change_lead_seconds", lead),
  },
  {
    name: "smallbatch_merge_to_release_seconds",
    help: "From a merge to the first stable release of it that people could use.",
    type: "histogram",
    labelNames: ["repo"],
    valuesOf: ({ release }) => histogramOf("smallbatch_merge_to_release_seconds", release),
  },
  {
    name: "smallbatch_feedback_to_fix_release_seconds",
    help: "From a report of trouble to the release of its fix that people could use.",
    type: "histogram",
    labelNames: ["repo"],
    valuesOf: ({ fix }) => histogramOf("smallbatch_feedback_to_fix_release_seconds", fix),
  },
  {
    name: "smallbatch_open_age_seconds_bucket",
    help: "Open now and at most so old: pull, waiting (merged, not usable), feedback.",
    type: "gauge",
    labelNames: ["repo", "of"],
    valuesOf: ({ open }) => open.flatMap((series) => bucketsOf(series)),
  },
  {
    name: "smallbatch_merged_pulls_total",
    help: "Merged pulls; ai: yes where an agent left a trace, so at least.",
    type: "counter",
    labelNames: CLASSES,
    valuesOf: ({ merged }) => merged.map(({ labels, count: value }) => ({ labels, value })),
  },
  {
    name: "smallbatch_release_events_total",
    help: "Stable releases by kind: regular, hotfix, rollback, empty, backfill, first.",
    type: "counter",
    labelNames: ["repo", "kind"],
    valuesOf: ({ releases }) => releases.map(({ labels, count: value }) => ({ labels, value })),
  },
];

function bucketsOf({ labels, buckets, count }: ClockSeries): readonly Sample[] {
  return [
    ...CLOCK_SECONDS.map((le, at) => ({ labels: { ...labels, le }, value: buckets[at] ?? 0 })),
    { labels: { ...labels, le: "+Inf" }, value: count },
  ];
}

function histogramOf(name: string, all: readonly ClockSeries[]): readonly Sample[] {
  return all.flatMap((series) => [
    ...bucketsOf(series).map((sample) => ({ ...sample, metricName: `${name}_bucket` })),
    { metricName: `${name}_sum`, labels: series.labels, value: series.sum },
    { metricName: `${name}_count`, labels: series.labels, value: series.count },
  ]);
}

/** Counting reads every row on record, and whoever scrapes does so several times a minute. */
const KEPT_MS = 60_000;

/** The clocks' part of `/metrics`: what all replicas would say, from the database. */
export class ClockMetrics {
  readonly #read: (now: number) => Promise<ClockGauges>;
  #seen: { readonly at: number; readonly gauges: ClockGauges } | null = null;

  constructor(registry: Registry, read: (now: number) => Promise<ClockGauges>) {
    this.#read = read;
    for (const told of TOLD) this.#register(registry, told);
  }

  /** Throws what the database does; what was known before is then left out. */
  async refresh(now: number): Promise<void> {
    if (this.#seen !== null && now - this.#seen.at < KEPT_MS && now >= this.#seen.at) return;
    this.#seen = null;
    this.#seen = { at: now, gauges: await this.#read(now) };
  }

  #register(registry: Registry, { valuesOf, ...metric }: Told): void {
    const get = (): Promise<object> => {
      const values = this.#seen === null ? [] : valuesOf(this.#seen.gauges);
      return Promise.resolve({ ...metric, aggregator: "first", values });
    };
    // The registry asks a metric for its name and its numbers, and for nothing else.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    registry.registerMetric({ ...metric, get } as unknown as Histogram);
  }
}
