import { expect, it } from "@jest/globals";
import { readProposal } from "../../src/github/workspace-reading.ts";
import { commitFiles } from "../../src/local-github/seed.ts";
import { useBench } from "./bench.ts";

const bench = useBench();

it("workspaces are proposed as components, and nothing where there are none", async () => {
  const subject = await bench.open();
  expect(await readProposal(bench.client(), await subject.observe())).toBeNull();
  await commitFiles(bench.github.github, subject.repository, {
    branch: "main",
    message: "chore: add workspaces",
    files: {
      "package.json": '{ "private": true, "workspaces": ["packages/*"] }\n',
      "packages/core/package.json": '{ "name": "@acme/core" }\n',
      "packages/cli/package.json": '{ "name": "@acme/cli" }\n',
      "packages/docs/package.json": '{ "name": "docs", "private": true }\n',
    },
  });
  expect(await readProposal(bench.client(), await subject.observe())).toBe(
    [
      "components:",
      "  - { name: cli, path: packages/cli }",
      "  - { name: core, path: packages/core }",
    ].join("\n"),
  );
});
