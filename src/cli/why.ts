import { Command } from "commander";
import { renderProposal } from "../core/workspaces.ts";
import { AppError } from "../errors.ts";
import { reconcile } from "../reconcile/reconcile.ts";
import { readSettings } from "../settings.ts";
import { openDatabase } from "../store/database.ts";
import { chooseLines } from "./choose-lines.ts";
import { planToJson, renderPlan } from "./plan-text.ts";
import { parseRepositoryArgument } from "./repository-argument.ts";
import { readStanding, renderStanding, type Standing } from "./standing.ts";
import { openTokenLook } from "./token-look.ts";

/** `smallbatch why OWNER/REPO`: what would happen next, and why not now. */
export function whyCommand(): Command {
  return new Command("why")
    .description("say what would be released next, and why not now")
    .argument("<owner/repo>", "the repository, e.g. acme/widgets")
    .option("--line <name>", "one line: a component, a channel or a maintenance branch")
    .option("--json", "print JSON")
    .addHelpText(
      "after",
      `
With GITHUB_TOKEN it looks at GitHub now. With DATABASE_URL it adds what the App
knows: its last plan, recent releases, and whether the repository is parked. One
of the two is enough. It writes nothing.`,
    )
    .action(async (argument: string, options: { json?: boolean; line?: string }) => {
      const { owner, name } = parseRepositoryArgument(argument);
      const settings = readSettings(process.env, "why");
      const line = options.line ?? null;
      const standing =
        settings.databaseUrl === null ? null : await stand(settings.databaseUrl, owner, name, line);
      const look = settings.token === null ? null : await lookNow(owner, name, line);
      if (standing === null && look === null) {
        throw new AppError(
          "usage/invalid",
          `Nothing is known about ${owner}/${name}: set GITHUB_TOKEN to look at GitHub, or DATABASE_URL of a Smallbatch that serves it`,
          { retry: { kind: "never" } },
        );
      }
      const text =
        options.json === true
          ? JSON.stringify({ ...look?.json, app: standing?.json ?? null }, null, 2)
          : [look?.text, standing?.text].filter((part) => part !== undefined).join("\n\n");
      process.stdout.write(`${text}\n`);
    });
}

async function lookNow(
  owner: string,
  name: string,
  line: string | null,
): Promise<{ readonly text: string; readonly json: Record<string, unknown> }> {
  const { session, request } = await openTokenLook(owner, name);
  const reconciled = await reconcile(request);
  const looks = chooseLines([reconciled, ...reconciled.others], line);
  const failed = reconciled.failures.map(
    ({ line: { branch, component }, error }) =>
      `${[branch, component].filter((part) => part !== "").join(", ")}: ${error.message}`,
  );
  const [first] = looks;
  // Where there are components, or one line is asked about, nobody wants a proposal.
  const isAlone = reconciled.others.length === 0 && reconciled.failures.length === 0;
  const proposal = isAlone && line === null ? await session.propose(reconciled.state) : null;
  const said = proposal === null ? [] : [renderProposal(proposal)];
  return {
    text: [...looks.map((look) => renderPlan(look.state, look.plan)), ...failed, ...said].join(
      "\n\n",
    ),
    json: {
      ...(first === undefined ? {} : planToJson(first.state, first.plan)),
      lines: looks.map((look) => planToJson(look.state, look.plan)),
      failed,
      proposedPolicy: proposal,
    },
  };
}

/** Null where the database does not know the repository. */
async function stand(
  url: string,
  owner: string,
  name: string,
  line: string | null,
): Promise<{ readonly text: string; readonly json: Standing } | null> {
  const database = openDatabase(url);
  try {
    const standing = await readStanding(database, owner, name, line);
    return standing === null ? null : { text: renderStanding(standing), json: standing };
  } finally {
    await database.close();
  }
}
