import type { Records } from "../../src/core/clocks/records.ts";
import type { WeeklySource } from "../../src/weekly-port.ts";
import { DAY, pullRecord, recordsWith } from "../core/clocks/build-records.ts";

/** What weekly reports are made of, where only it counts that they are written: one merge a week. */
export const A_WEEK: WeeklySource = {
  clocks: {
    readCoverage: ([repositoryId = 0]) =>
      Promise.resolve([
        { repositoryId, knownSince: 0, readAt: 9_000_000_000_000, cursor: null, production: null },
      ]),
    readRecords: ([repositoryId = 0], { to }): Promise<Records> => {
      const [createdAt, mergedAt] = [to - 2 * DAY, to - DAY];
      return Promise.resolve(
        recordsWith({ pulls: [pullRecord(1, { repositoryId, createdAt, mergedAt })] }),
      );
    },
  },
  pageUrl: () => null,
};
