/** What a benchmark found, ready for a terminal and for a page. */
export interface Table {
  readonly title: string;
  /** What the rows mean, what was aimed at, and what makes the figures uncertain. */
  readonly note?: string;
  /** The first column names the row and is set to the left; the others are figures. */
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
}
