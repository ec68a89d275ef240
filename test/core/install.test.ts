import { describe, expect, it } from "@jest/globals";
import { NO_MANIFESTS, readGoModule, renderInstall } from "../../src/core/install.ts";
import { sha } from "../support/states.ts";

const PREVIEW = { tag: "smallbatch-preview/pr-7/1", sha: sha(7) };
const URL = "https://github.com/acme/widgets";

describe("how to try a preview", () => {
  it("is always a fetch of its tag", () => {
    expect(renderInstall(PREVIEW, URL, NO_MANIFESTS)).toBe(
      [
        "`smallbatch-preview/pr-7/1` stands on a0a0a0a:",
        "",
        "```sh",
        `git fetch ${URL} tag smallbatch-preview/pr-7/1`,
        "```",
      ].join("\n"),
    );
  });

  it("is also what the tools of its manifests take", () => {
    const files = ["README.md", "Cargo.toml", "package.json"];
    const text = renderInstall(PREVIEW, URL, { files, goModule: "example.com/widgets" });
    expect(text.split("\n").slice(4, -1)).toEqual([
      `npm install "git+${URL}.git#smallbatch-preview/pr-7/1"`,
      `cargo add --git ${URL} --tag smallbatch-preview/pr-7/1`,
      `go get example.com/widgets@${sha(7)}`,
    ]);
  });

  it.each([
    ["module example.com/widgets\n\ngo 1.24\n", "example.com/widgets"],
    ['// ours\r\nmodule "example.com/widgets/v2" // x\r\n', "example.com/widgets/v2"],
    ["go 1.24\n", null],
    ["module $(id)\n", null],
    ["module example.com/`a`\n", null],
  ])("reads the Go module of %j", (text, expected) => {
    expect(readGoModule(text)).toBe(expected);
  });
});
