import { describe, expect, it } from "@jest/globals";
import { judgeBatch } from "../../src/core/batch.ts";
import type { NoteLine } from "../../src/core/evidence/note-line.ts";
import { renderChanges } from "../../src/core/notes.ts";
import { nameUnit } from "../../src/core/units.ts";
import { batchOf, lineState, sha } from "../support/states.ts";

const { units } = judgeBatch(lineState(batchOf([{ title: "fix: keep empty lines" }])));
const url = "https://github.com/acme/widgets";

function worded(text: string): NoteLine {
  return {
    units: units.map(({ unit }) => nameUnit(unit)),
    text,
    grade: "A",
    category: "fix",
    isBreaking: false,
    isSecurity: false,
    source: "claude",
    by: null,
    rejected: null,
  };
}

describe("notes of a local history", () => {
  it("are the lists of a release's page, with what was checked where Claude worded a line", () => {
    expect(renderChanges(units, [], url)).toMatch(/^### Fixes\n\n- fix: keep empty lines \(#\d+\)/);
    expect(renderChanges(units, [worded("Empty lines stay.")], url)).toMatch(
      /^### Fixes\n\n- Empty lines stay \(#\d+\).*\n\nDrafted by Claude, and checked: /,
    );
  });

  it("name a commit alone where nobody knows the repository's address", () => {
    const [judged] = units;
    if (judged === undefined) throw new Error("There is no unit");
    const pushed = { ...judged, unit: { ...judged.unit, pull: null, sha: sha(7) } };
    expect(renderChanges([pushed], [], null)).toContain(`(\`${sha(7).slice(0, 7)}\`)`);
    expect(renderChanges([pushed], [], url)).toContain(`${url}/commit/${sha(7)}`);
  });

  it("end with how many more there are", () => {
    const many = Array.from({ length: 5_000 }, () => units).flat();
    expect(renderChanges(many, [], url)).toMatch(/\n\n…and \d{3,4} more\.$/);
  });
});
