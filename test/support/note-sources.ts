import type { NoteSource } from "../../src/core/evidence/source.ts";
import type { DraftStyle } from "../../src/notes-port.ts";

export const STYLE: DraftStyle = {
  sends: "diffs",
  model: "claude-haiku-5-5",
  language: "English",
  audience: "people who use the project",
  tone: "plain and short",
};

/** A cleaned pull; every field can be given. */
export function noteSource(given: Partial<NoteSource> = {}): NoteSource {
  return {
    unit: "#12",
    pull: 12,
    title: "fix(parser): keep empty lines in quoted values",
    body: "They were dropped when a value began with a quote.",
    labels: ["bug"],
    commits: ["fix(parser): keep empty lines in quoted values"],
    files: [
      {
        path: "src/parser.ts",
        previousPath: null,
        additions: 1,
        deletions: 1,
        patch: "@@ -1,3 +1,3 @@\n const value = read();\n-return value.trim();\n+return value;",
      },
    ],
    isTruncated: false,
    signals: { breaking: [], security: [], injection: [] },
    ...given,
  };
}
