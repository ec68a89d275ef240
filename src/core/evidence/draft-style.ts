/** How a draft is to be, from the policy. */
export interface DraftStyle {
  /** What is sent: titles, bodies and labels; or file names and diffs too. */
  readonly sends: "titles" | "diffs";
  readonly model: string;
  /** In words or as a tag: `English`, `de`. */
  readonly language: string;
  readonly audience: string;
  readonly tone: string;
}
