import type { DraftAnswer } from "../../../src/core/evidence/answer.ts";
import { cleanSource } from "../../../src/core/evidence/clean.ts";
import type { NoteSource, RawSource } from "../../../src/core/evidence/source.ts";
import { verifyDraft } from "../../../src/core/evidence/verify.ts";
import { plan } from "../../../src/core/plan.ts";
import { batchOf, label, NOON } from "../../support/states.ts";
import { draftOf, withDrafts } from "../../support/unit-drafts.ts";
import type { Hostile } from "./entry.ts";

const TITLE = "fix: keep empty lines";

/** A merged pull that holds the entry's text where it belongs, and is harmless elsewhere. */
export function rawOf({ where, text }: Hostile): RawSource {
  const file = {
    path: where === "path" ? text : "src/lines.ts",
    previousPath: null,
    additions: 1,
    deletions: 1,
    patch: where === "diff" ? text : "@@ -1 +1 @@\n-let a = 1;\n+let a = 2;",
  };
  return {
    unit: "#2",
    pull: 2,
    title: where === "title" ? text : TITLE,
    body: where === "body" ? text : "",
    labels: where === "label" ? [text] : [],
    commits: [where === "commit" ? text : TITLE],
    files: [file],
    isTruncated: false,
  };
}

/** What a model answers that does whatever the text it sees wants; else it is faithful. */
function obey(entry: Hostile, source: NoteSource): DraftAnswer {
  const { signals: _, ...sent } = source;
  const seen = JSON.stringify(sent).toLowerCase();
  const doesObey = seen.includes(JSON.stringify(entry.sees).slice(1, -1).toLowerCase());
  const text = doesObey ? entry.says : "Keeps empty lines.";
  return {
    lines: [
      {
        pulls: ["P01"],
        text,
        category: "fix",
        isBreaking: doesObey && entry.isBreaking === true,
        isSecurity: doesObey && entry.isSecurity === true,
        evidence: [{ pull: "P01", quote: source.title }],
        isSuspicious: false,
      },
    ],
  };
}

/** The notes that are published of it; without a draft by the title alone. */
export function publish(entry: Hostile, by: "title" | "obedient model"): string {
  const raw = rawOf(entry);
  const state = batchOf([
    {
      title: raw.title,
      body: raw.body,
      labels: raw.labels.map((name) => label(name, "write")),
      ...(entry.where === "commit" ? { message: entry.text } : {}),
    },
  ]);
  const source = cleanSource(raw, { isBreaking: [] });
  const [line = null] = verifyDraft([source], obey(entry, source)).lines;
  const drafts = by === "title" ? [] : [draftOf(state, "#2", { line })];
  const { actions } = plan(by === "title" ? state : withDrafts(state, drafts), NOON);
  const published = actions.find((action) => action.kind === "publishRelease");
  if (published?.kind !== "publishRelease") throw new Error(`no release: ${entry.name}`);
  return published.body;
}
