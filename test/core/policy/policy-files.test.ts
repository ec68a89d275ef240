import { describe, expect, it } from "@jest/globals";
import { parsePolicy } from "../../../src/core/policy/policy.ts";
import { policyFile } from "../../support/states.ts";

const parse = (files: string) => parsePolicy(policyFile(`version: 1\nfiles: ${files}\n`));

describe("files of the policy", () => {
  it("are written by a commit unless it says otherwise", () => {
    expect(parse("{changelog: docs/CHANGELOG.md}")).toMatchObject({
      policy: { files: { package: "off", changelog: "docs/CHANGELOG.md", as: "commit" } },
    });
    expect(parse("{package: on, as: pull}")).toMatchObject({
      policy: { files: { package: "on", as: "pull" } },
    });
    expect(parse("{marker: [README.md]}").kind).toBe("valid");
  });

  it.each([
    ["{package: off}", "it names no file"],
    ["{changelog: /CHANGELOG.md}", "begins at the root of the repository"],
    ["{changelog: 'docs\\a.md'}", "begins at the root of the repository"],
    ["{marker: [docs//a.md]}", "no empty part"],
    ["{marker: [docs/../../a.md]}", "no empty part"],
    ["{marker: [.GitHub/workflows/ci.yml]}", "files of workflows are never written"],
    ["{marker: [.github/smallbatch.yml]}", "the policy never changes itself"],
  ])("%s are refused", (files, message) => {
    expect(parse(files)).toMatchObject({
      kind: "invalid",
      errors: [{ line: 2, message: expect.stringContaining(message) }],
    });
  });
});
