import path from "node:path";
import { Command } from "commander";
import { POLICY_PATH } from "../core/policy/policy-errors.ts";
import { compareOutcomes } from "../core/policy/policy-outcome.ts";
import type { Foreseen } from "../core/policy/policy-outcome.ts";
import { comparePolicies, listPolicy, standingFile } from "../core/policy/policy-rows.ts";
import { formatPolicySchema } from "../core/policy/policy-schema.ts";
import type { PolicyFile } from "../core/state.ts";
import type { LinePlanned } from "../core/why.ts";
import { EXIT } from "./exit.ts";
import { readLocalPolicy } from "./policy/read.ts";
import { renderPolicy } from "./policy/text.ts";
import type { Checked, Compared } from "./policy/text.ts";
import { parseRepositoryArgument } from "./repository-argument.ts";

interface Options {
  readonly repo?: string;
  readonly github?: string;
  readonly json?: boolean;
}

/** `smallbatch policy check`: what is wrong with a policy file, and what it would change. */
export function policyCommand(): Command {
  const command = new Command("policy").description("look at a policy file before it counts");
  command
    .command("check")
    .description("errors of a policy file with their lines, or what it comes to and changes")
    .argument("[file]", `the file; without it ${POLICY_PATH} of the repository`)
    .option("--repo <path>", "the local repository to compare with; without it the one around it")
    .option("--github <owner/repo>", "compare with this repository on GitHub (GITHUB_TOKEN)")
    .option("--json", "print JSON")
    .addHelpText("after", HELP)
    .action(async (argument: string | undefined, options: Options) => {
      const file = argument ?? path.join(options.repo ?? ".", POLICY_PATH);
      const { errors, file: read } = await readLocalPolicy(file);
      const isValid = errors.length === 0;
      const checked: Checked = {
        file,
        errors,
        policy: isValid ? listPolicy(read) : [],
        compared: isValid ? await compare(file, read, options) : null,
      };
      const text =
        options.json === true
          ? JSON.stringify({ valid: isValid, ...checked }, null, 2)
          : renderPolicy(checked);
      process.stdout.write(`${text}\n`);
      if (!isValid) process.exitCode = EXIT.failed;
    });
  command
    .command("schema")
    .description("print the JSON Schema of the file, for editors")
    .option("--json", "print JSON (it always does)")
    .action(() => {
      process.stdout.write(`${JSON.stringify(formatPolicySchema(), null, 2)}\n`);
    });
  return command;
}

const HELP = `
Without --github it needs no account and no network. What it would change is
said of what is merged and not released yet: with git alone checks count as
green, and labels, reviews and releases are not known; --github asks for them.

  smallbatch policy check
  smallbatch policy check draft.yml --github acme/widgets --json

Exit codes: 0 valid, 1 not valid, 2 called wrongly or no such file.
More: docs/policy.md`;

/** Null: there is nothing to compare with. */
async function compare(
  name: string,
  file: PolicyFile,
  { repo, github }: Options,
): Promise<Compared | null> {
  if (github !== undefined) return compareOnGitHub(github, file);
  const { compareLocally } = await import("./policy/compare-local.ts");
  return compareLocally(repo ?? path.dirname(path.resolve(name)), file, repo !== undefined);
}

async function compareOnGitHub(argument: string, file: PolicyFile): Promise<Compared> {
  const { owner, name } = parseRepositoryArgument(argument);
  const { openTokenLook } = await import("./token-look.ts");
  const { foresee, reconcile } = await import("../reconcile/reconcile.ts");
  const { request } = await openTokenLook(owner, name);
  const now = await reconcile(request);
  const before: readonly LinePlanned[] = [now, ...now.others];
  const after: Foreseen = await foresee(request, { ...file, path: POLICY_PATH });
  const standing = standingFile(now.state);
  const { branch } = now.state.line;
  return {
    with: standing === null ? null : `the policy of ${branch} on GitHub`,
    where: `${owner}/${name}, ${branch}`,
    isKnownByGit: false,
    changes: standing === null ? [] : comparePolicies(standing, file),
    lines: compareOutcomes(before, after),
    unseen: after.unseen,
    note: null,
  };
}
