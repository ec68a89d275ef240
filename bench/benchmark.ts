import type { Table } from "./table.ts";

/** What every benchmark of this folder exports. Throws where the result, not the time, is wrong. */
export interface Benchmark {
  run(options: BenchmarkOptions): Promise<readonly Table[]>;
}

export interface BenchmarkOptions {
  /** Few rounds of the smallest form: to see that it works, not what it says. */
  readonly quick: boolean;
  /** What stands behind the benchmark's name, as the repository to replay; null: nothing. */
  readonly path: string | null;
}
