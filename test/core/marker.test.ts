import { describe, expect, it } from "@jest/globals";
import {
  formatReleaseMarker,
  hasStatusMarker,
  isMarked,
  readMarker,
} from "../../src/core/marker.ts";
import type { Line } from "../../src/core/state.ts";
import { renderStatus } from "../../src/core/status-comment.ts";
import { ALICE, sha } from "../support/states.ts";

const LINE: Line = { repositoryId: 42, branch: "main", component: "", channel: "stable" };

describe("the body of a release", () => {
  const own = `## Fixes\n\n${formatReleaseMarker(LINE, sha(2))}\n`;

  it("tells whether it is ours, whichever line made it", () => {
    expect(isMarked(own)).toBe(true);
    expect(isMarked(own.replaceAll("\n", "\r\n"))).toBe(true);
    expect(isMarked(`> ${own.trim().replace("## Fixes\n\n", "")}`)).toBe(false);
    expect(isMarked("## Fixes")).toBe(false);
  });

  it("names the commit for its own line, under any name of the branch that is the line's", () => {
    expect(readMarker(own, LINE)).toBe(sha(2));
    expect(readMarker(own, { ...LINE, component: "core" })).toBeNull();
    expect(readMarker(own, { ...LINE, branch: "trunk" }, (name) => name === "main")).toBe(sha(2));
    expect(readMarker(own, LINE, (name) => name === "trunk")).toBeNull();
  });

  it("with a branch that nobody can read is of none", () => {
    const broken = own.replace("42/main/", "42/%E0%A4%A/");
    expect(readMarker(broken, LINE, (name) => name === "main")).toBeNull();
  });
});

describe("the comment that answers commands", () => {
  const url = "https://github.com/acme/widgets/pull/12#issuecomment-7";

  it("says whose commands were not done, and why, one row for each", () => {
    const body = renderStatus(
      { author: ALICE, url, status: null },
      {
        answers: [
          { said: "/release as 1.0.0", text: "it is not higher." },
          { said: "/preview", text: "previews are off here." },
        ],
        told: [],
      },
    );
    expect(body.split("\n").slice(2)).toEqual([
      `[\`alice\`](${url}), this was not done:`,
      "",
      "- `/release as 1.0.0`: it is not higher.",
      "- `/preview`: previews are off here.",
    ]);
  });

  it("is known again by its marker, and by nothing that quotes it", () => {
    const body = renderStatus({ author: ALICE, url, status: null }, { answers: [], told: [] });
    expect(hasStatusMarker(body)).toBe(true);
    expect(hasStatusMarker(body.replaceAll("\n", " \r\n"))).toBe(true);
    expect(hasStatusMarker(body.replace(/^/gm, "> "))).toBe(false);
  });
});
