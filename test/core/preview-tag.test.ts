import { describe, expect, it } from "@jest/globals";
import {
  choosePreview,
  formatPreviewTag,
  fullPreviewName,
  isPreviewTag,
  parsePreviewTag,
} from "../../src/core/preview-tag.ts";
import { sha, tag } from "../support/states.ts";

const NAME = "preview/pr-12/1.4.3-pr.12.1.ga0a0a0a";

describe("the tag of a preview", () => {
  it("is read as it is written", () => {
    const made = formatPreviewTag({ pull: 12, version: "1.4.3", nth: 1, sha: sha(77) });
    expect(made).toBe(NAME);
    expect(parsePreviewTag(made)).toEqual({ pull: 12, version: "1.4.3-pr.12.1.ga0a0a0a", nth: 1 });
    expect(isPreviewTag(made)).toBe(true);
  });

  it.each(["v1.4.3", "preview/pr-12/mine", "preview/pr-12/1.4.3-pr.13.1.ga0a0a0a"])(
    "is not %s",
    (name) => {
      expect(parsePreviewTag(name)).toBeNull();
    },
  );

  it("is whole, with or without the prefix that was asked for", () => {
    expect(fullPreviewName(12, NAME)).toBe(NAME);
    expect(fullPreviewName(12, "1.4.3-pr.12.1.ga0a0a0a")).toBe(NAME);
  });

  it("counts on after those of the pull, whatever else stands among them", () => {
    const others = [tag("preview/pr-12/mine"), tag("preview/pr-13/1.4.3-pr.13.8.gb0b0b0b")];
    expect(choosePreview(others, { pull: 12, sha: sha(77) })).toEqual({ kind: "make", nth: 1 });
    const own = tag(NAME, { sha: sha(5) });
    expect(choosePreview([...others, own], { pull: 12, sha: sha(77) })).toEqual({
      kind: "make",
      nth: 2,
    });
  });
});
