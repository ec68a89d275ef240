/** What notes are drafted and checked from. */

export interface SourceFile {
  readonly path: string;
  /** Before a rename; null: it was none. */
  readonly previousPath: string | null;
  readonly additions: number;
  readonly deletions: number;
  /** Unified diff without its file headers; null: binary, too large, or not read. */
  readonly patch: string | null;
}

/** A merged or open pull as GitHub or git has it. All of it is untrusted text. */
export interface RawSource {
  /** Name of the unit: `#12`, or the short SHA of a push without a pull. */
  readonly unit: string;
  /** Null for a push without a pull. */
  readonly pull: number | null;
  readonly title: string;
  /** Markdown; empty when there is none. */
  readonly body: string;
  readonly labels: readonly string[];
  /** Whole messages, the oldest first. */
  readonly commits: readonly string[];
  readonly files: readonly SourceFile[];
  /** There are more files or commits than these. */
  readonly isTruncated: boolean;
}

/** Deterministic signals that a claim of this kind has to have, and that no line may drop. */
interface Signals {
  /** What says that it breaks something, e.g. `feat!` or a label; empty: nothing does. */
  readonly breaking: readonly string[];
  /** What says that it closes a vulnerability, e.g. `CVE-2026-1234`; empty: nothing does. */
  readonly security: readonly string[];
  /** What looked as if it were written to steer a model, one phrase each; empty: nothing did. */
  readonly injection: readonly string[];
}

/** The same, cleaned to visible text and without what looks like a secret. Still untrusted. */
export interface NoteSource extends RawSource {
  readonly signals: Signals;
}
