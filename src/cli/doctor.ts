import path from "node:path";
import { Command } from "commander";
import { openAppSession, openTokenSession } from "../compose.ts";
import type { AppSession } from "../compose.ts";
import { diagnose } from "../core/doctor/doctor.ts";
import { EMPTY_MEMORY } from "../core/memory.ts";
import { AppError } from "../errors.ts";
import { readLocalFacts } from "../git/doctor-facts.ts";
import { openBranch } from "../git/repository.ts";
import { readSettings } from "../settings.ts";
import { diagnosisToJson, renderDiagnosis } from "./doctor/text.ts";
import type { Diagnosis } from "./doctor/text.ts";
import { parseRepositoryArgument } from "./repository-argument.ts";

interface Options {
  readonly repo?: string;
  readonly json?: boolean;
}

/** `smallbatch doctor`: what is special about a repository before it is started. */
export function doctorCommand(): Command {
  return new Command("doctor")
    .description("say what is special about a repository, and what to do before it starts")
    .argument("[owner/repo]", "a repository on GitHub, e.g. acme/widgets")
    .option("--repo <path>", "a local repository, bare or not; without either, this folder")
    .option("--json", "print JSON")
    .addHelpText("after", HELP)
    .action(async (argument: string | undefined, options: Options) => {
      if (argument !== undefined && options.repo !== undefined) {
        throw usage(`Name a repository on GitHub (${argument}) or a folder (--repo), not both`);
      }
      const diagnosis =
        argument === undefined
          ? await diagnoseLocal(options.repo ?? ".")
          : await diagnoseHosted(parseRepositoryArgument(argument));
      const text =
        options.json === true
          ? JSON.stringify(diagnosisToJson(diagnosis), null, 2)
          : renderDiagnosis(diagnosis);
      process.stdout.write(`${text}\n`);
    });
}

const HELP = `
Each line is fine (ok), or says what to do (DO), or cannot be known (??). It
writes nothing.

  smallbatch doctor                     the repository you stand in
  smallbatch doctor --repo ../widgets.git
  smallbatch doctor acme/widgets        with all that GitHub can say
  smallbatch doctor acme/widgets --json

On GitHub it looks as the App with APP_ID and PRIVATE_KEY, or else with
GITHUB_TOKEN, which cannot tell what the App may.

Exit codes: 0 looked, whatever it found; 1 GitHub refused or could not be
reached; 2 called wrongly or a wrong setting; 3 no usable repository (none at
all, shallow, without a commit). More: docs/first-hour.md`;

async function diagnoseLocal(folder: string): Promise<Diagnosis> {
  const local = await openBranch({ folder, ref: null, to: null });
  const facts = await readLocalFacts(local);
  return {
    repository: local.fullName ?? path.basename(path.resolve(folder)),
    branch: local.branch,
    findings: diagnose(facts),
    isHosted: false,
  };
}

async function diagnoseHosted(named: {
  readonly owner: string;
  readonly name: string;
}): Promise<Diagnosis> {
  const { forge, clock, repository, defaultBranch } = await openSession(named);
  const asked = { repository, line: null, defaultBranch, memory: EMPTY_MEMORY };
  const state = await forge.observe({ ...asked, now: clock.now() });
  return {
    repository: `${state.repository.owner}/${state.repository.name}`,
    branch: state.line.branch,
    findings: await forge.examine(state),
    isHosted: true,
  };
}

async function openSession({
  owner,
  name,
}: {
  readonly owner: string;
  readonly name: string;
}): Promise<AppSession> {
  const settings = readSettings(process.env);
  const { appId, privateKey, token } = settings;
  if (appId !== null && privateKey !== null) {
    return openAppSession({ ...settings, appId, privateKey }, owner, name);
  }
  if (token !== null) {
    const session = openTokenSession({ ...settings, token });
    return { ...session, ...(await session.find(owner, name)) };
  }
  throw usage(
    `To look at ${owner}/${name} set GITHUB_TOKEN, or APP_ID and PRIVATE_KEY of your App; or name a clone with --repo`,
  );
}

function usage(message: string): AppError {
  return new AppError("usage/invalid", message, { retry: { kind: "never" } });
}
