import { Command } from "commander";
import { SIZE_OPTIONS } from "./size/words.ts";
import type { SizeOptions } from "./size/words.ts";

export function sizeCommand(): Command {
  const command = new Command("size")
    .description("how large a change is for a person who reviews it, file by file")
    .addHelpText("after", HELP)
    .action(async (options: SizeOptions) => (await import("./size/run.ts")).runSize(options));
  for (const { name, value, says } of SIZE_OPTIONS) {
    command.option(value === null ? `--${name}` : `--${name} <${value}>`, says);
  }
  return command;
}

const HELP = `
Needs no account and no network. Counted are the lines that a person has to
review, since the change left its base: no generated, vendored, lock, snapshot,
minified or binary files, no pure renames, no white space; deleted lines, tests
and documents by half. .gitattributes and the policy are read at the base.

  smallbatch size                       what is committed here, against origin
  smallbatch size --staged --json       what is staged, for a coding agent
  smallbatch size --plan                groups of files that can go first
  smallbatch size --base v2 --head fix  two names of one's own

Exit codes: 0 within the limit, 1 over it, 2 called wrongly, 3 no usable
repository (none at all, no commit, nothing to compare with, or a part of it is
not here, so that the size is unknown).
More: docs/size.md`;
