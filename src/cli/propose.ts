import { Command } from "commander";
import { openAppSession } from "../compose.ts";
import type { WriteProposal } from "../core/proposal/proposal-action.ts";
import type { Forge } from "../ports.ts";
import { fleetingStore } from "../reconcile/fleeting-store.ts";
import { lookAtProposal } from "../reconcile/proposal.ts";
import type { ProposalLook } from "../reconcile/proposal.ts";
import { reconcile } from "../reconcile/reconcile.ts";
import { readSettings } from "../settings.ts";
import { EXIT } from "./exit.ts";
import { parseRepositoryArgument } from "./repository-argument.ts";

interface ProposeOptions {
  readonly again?: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** `smallbatch propose OWNER/REPO`: open the proposal by hand, or say why there is none. */
export function proposeCommand(): Command {
  return new Command("propose")
    .description("open a pull request with the policy file that starts a repository")
    .argument("<owner/repo>", "the repository, e.g. acme/widgets")
    .option("--again", "also after a no: reopen the proposal that was closed")
    .option("--dry-run", "show the file and the text; write nothing")
    .option("--json", "print JSON")
    .addHelpText(
      "after",
      `
Needs APP_ID and PRIVATE_KEY (or --env-file smallbatch.env): it asks as the App.
An App that is installed on selected repositories proposes by itself at the
first merge; where it is installed on all repositories, this is the way. A
proposal that stands is brought up to date.

Exit codes: 0 proposed or started already, 1 nothing is proposed, 2 called
wrongly or a wrong setting. More: docs/first-hour.md`,
    )
    .action(async (argument: string, options: ProposeOptions) => {
      const { owner, name } = parseRepositoryArgument(argument);
      const session = await openAppSession(readSettings(process.env, "app"), owner, name);
      const { forge, clock } = session;
      const store = fleetingStore();
      const looked = await reconcile({ ...session, store, isDryRun: true });
      const dry = options.dryRun === true ? withoutWriting(forge) : null;
      const look = await lookAtProposal(
        {
          forge: dry?.forge ?? forge,
          store,
          clock,
          // Two at once meet at GitHub, which takes one branch and one pull.
          ensureAlone: () => undefined,
          asking: options.again === true ? "again" : "once",
        },
        looked.state,
      );
      const place = `${session.repository.owner}/${session.repository.name}`;
      const said = { place, look, written: dry?.written() ?? null };
      process.stdout.write(`${options.json === true ? renderJson(said) : renderText(said)}\n`);
      if (!isGood(look)) process.exitCode = EXIT.failed;
    });
}

/** GitHub as it is, and what would be written to it. */
function withoutWriting(forge: Forge): {
  readonly forge: Forge;
  readonly written: () => WriteProposal | null;
} {
  let written: WriteProposal | null = null;
  const apply: Forge["apply"] = (_, action) => {
    if (action.kind === "writeProposal") written = action;
    return Promise.resolve({ kind: "skipped" });
  };
  return { forge: { ...forge, apply }, written: () => written };
}

interface Said {
  readonly place: string;
  readonly look: ProposalLook | null;
  /** Of a dry run. */
  readonly written: WriteProposal | null;
}

function isGood(look: ProposalLook | null): boolean {
  const { kind = "done" } = look?.outcome ?? {};
  const isStanding = look?.standing.state === "proposed" || look?.standing.state === "started";
  return isStanding && kind !== "refused" && kind !== "conflict";
}

function renderText({ place, look, written }: Said): string {
  if (written !== null) {
    const { text, body } = written;
    return [text ?? "The file stands as it is.", body ?? "The text stands as it is."].join("\n");
  }
  return look === null ? `${place}: nobody is to be asked.` : `${place}: ${describe(look)}`;
}

function describe({ standing, outcome }: ProposalLook): string {
  const { state, pull, note } = standing;
  const at = pull === null ? "" : ` ${pull.url}`;
  const why = note === null ? "" : `: ${note}`;
  switch (state) {
    case "proposed":
      if (outcome?.kind === "conflict") return `somebody else was at it; try again${at}`;
      return outcome === null ? `the proposal stands:${at}` : `proposed:${at}`;
    case "started":
      return `started already${why}`;
    case "declined":
      return `they said no${why}:${at}\n  Ask once more with --again.`;
    case "answered":
      return `${String(note)}:${at}`;
    case "watched":
    case "unasked":
    case "cannot":
      return `nothing is proposed${why}${at}`;
  }
}

function renderJson({ place, look, written }: Said): string {
  const { standing, outcome } = look ?? { standing: null, outcome: null };
  const { kind } = outcome ?? { kind: null };
  const dry = written === null ? {} : { file: written.text, body: written.body };
  return JSON.stringify({ repository: place, ...standing, outcome: kind, ...dry }, null, 2);
}
