import { describe, expect, it } from "@jest/globals";
import { DAY, HOUR, pullRecord, releaseRecord, reportOf, START } from "./build-records.ts";

/** Five pulls that were usable so many milliseconds after they were begun. */
function leadTimeBucket(ms: number) {
  const pulls = [1, 2, 3, 4, 5].map((number) => pullRecord(number, { mergedAt: START }));
  const releases = [releaseRecord("v1.0.0", START + ms, [1, 2, 3, 4, 5])];
  return reportOf({ pulls, releases }, { asOf: START + 400 * DAY, from: START }).dora;
}

/** Releases at even distances over 52 weeks. */
function frequencyBucket(count: number) {
  const releases = Array.from({ length: count }, (_, at) => {
    return releaseRecord(`v${at}`, START + Math.floor((at * 364 * DAY) / count), [at]);
  });
  const { dora } = reportOf({ releases }, { asOf: START + 364 * DAY, from: START });
  return dora.metrics[1]?.bucket;
}

describe("DORA 2025: the six answers of its survey, whose names are all that is said", () => {
  it.each([
    [HOUR - 1, "less than one hour"],
    [HOUR, "less than one day"],
    [DAY - 1, "less than one day"],
    [DAY, "between one day and one week"],
    [7 * DAY - 1, "between one day and one week"],
    [7 * DAY, "between one week and one month"],
    [30 * DAY - 1, "between one week and one month"],
    [30 * DAY, "between one month and six months"],
    [182 * DAY - 1, "between one month and six months"],
    [182 * DAY, "more than six months"],
  ])("lead time of %d ms", (ms, bucket) => {
    expect(leadTimeBucket(ms).metrics[0]?.bucket).toBe(bucket);
  });

  it.each([
    [0, null],
    [1, "less than once in six months"],
    [2, "between once a month and once in six months"],
    [12, "between once a month and once in six months"],
    [13, "between once a week and once a month"],
    [51, "between once a week and once a month"],
    [52, "between once a day and once a week"],
    [363, "between once a day and once a week"],
    [364, "between once an hour and once a day"],
  ])("%d releases in 52 weeks", (count, bucket) => {
    expect(frequencyBucket(count)).toBe(bucket);
  });

  it("no score is made of them: 3.5 of 6 to 5 of 10, and 6.72 for all, are DORA's alone", () => {
    const { edition, metrics } = leadTimeBucket(HOUR);
    expect(edition).toBe("2025");
    expect(metrics.map(({ factor }) => factor)).toEqual([
      "throughput",
      "throughput",
      "throughput",
      "instability",
      "instability",
    ]);
    for (const metric of metrics) {
      expect(Object.keys(metric)).toEqual(["name", "factor", "measured", "bucket", "from"]);
    }
    expect(JSON.stringify(metrics)).not.toMatch(/elite|score|grade|high performer/i);
  });
});
