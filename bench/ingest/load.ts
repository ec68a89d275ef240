import { z } from "zod";

/** What the load generator is asked for, and what it found. */
export interface Load {
  readonly url: string;
  /** Deliveries a second, sent whether or not the earlier ones were answered. */
  readonly rate: number;
  readonly seconds: number;
  readonly connections: number;
  readonly repositories: number;
  /** Marks GUIDs and ids, so that they differ from those of other steps. */
  readonly step: number;
}

export const loadResultSchema = z.object({
  sent: z.number(),
  /** From the first intended time to the last answer. */
  seconds: z.number(),
  /** Answers by status; 0: none came. */
  answers: z.record(z.string(), z.number()),
  /** Milliseconds from the intended time to a 202, in order. */
  latencies: z.array(z.number()),
  /** GUIDs that were answered with 202. */
  accepted: z.array(z.string()),
  /** Of one delivery, on average. */
  bytes: z.number(),
  /** Milliseconds that the generator itself took. */
  cpuMs: z.number(),
});

export type LoadResult = z.infer<typeof loadResultSchema>;

export const SECRET = "0123456789abcdef0123456789abcdef";
