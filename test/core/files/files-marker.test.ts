import { describe, expect, it } from "@jest/globals";
import {
  formatFilesMarker,
  formatFilesTrailer,
  readFilesMarker,
  readFilesTrailer,
} from "../../../src/core/files/files-marker.ts";
import { lineState, sha } from "../../support/states.ts";

const { line } = lineState();
const MADE = { tag: "r 1.4.3 <!-- -->", parent: sha(2) };

describe("what we wrote into files", () => {
  it("is known again by the trailer of its commit, whatever its tag is called", () => {
    const message = `Files.\r\n\r\n${formatFilesTrailer(line, MADE)}\r\n`;
    expect(readFilesTrailer(message, line)).toEqual({ ...MADE, line: "42/main//stable" });
  });

  it("is known again by the comment in its pull", () => {
    const body = `Text.\n\n${formatFilesMarker(line, MADE)}`;
    expect(readFilesMarker(body, line)).toMatchObject(MADE);
    expect(readFilesTrailer(body, line)).toBeNull();
  });

  it("is the last of a squash's messages, and of this repository", () => {
    const own = ["v1.4.3", "v1.4.4"].map((tag) => formatFilesTrailer(line, { ...MADE, tag }));
    const foreign = formatFilesTrailer({ ...line, repositoryId: 4 }, { ...MADE, tag: "v9.0.0" });
    expect(readFilesTrailer([...own, foreign].join("\n\n"), line)?.tag).toBe("v1.4.4");
    expect(readFilesTrailer(foreign, line)).toBeNull();
  });

  it.each<[string, string]>([
    ["quoted", `> ${formatFilesTrailer(line, MADE)}`],
    ["with more behind it", `${formatFilesTrailer(line, MADE)} and more`],
    ["with a short commit", formatFilesTrailer(line, { ...MADE, parent: "a0a0a0a" })],
    ["that cannot be decoded", formatFilesTrailer(line, { ...MADE, tag: "x" }).replace("=x", "=%")],
  ])("is not a trailer %s", (_, message) => {
    expect(readFilesTrailer(message, line)).toBeNull();
  });
});
