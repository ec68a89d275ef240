import { Command } from "commander";
import type { DraftStyle } from "../core/evidence/draft-style.ts";
import { plainLine } from "../core/inert.ts";
import { POLICY_PATH } from "../core/policy/policy-errors.ts";
import { AppError } from "../errors.ts";
import { readSettings } from "../settings.ts";
import type { Settings } from "../settings.ts";
import type { LocalDraft } from "./notes/draft.ts";
import type { LocalChanges } from "./notes/read.ts";

interface Options {
  readonly from: string;
  readonly to: string;
  readonly repo: string;
  readonly json?: boolean;
}

/** `smallbatch notes`: release notes of a local history. */
export function notesCommand(): Command {
  return new Command("notes")
    .description("release notes of a local git history, worded by Claude with a key")
    .requiredOption("--from <tag>", "what was released before: a tag, branch or commit")
    .option("--to <ref>", "what is to be released", "HEAD")
    .option("--repo <path>", "the repository, bare or not", ".")
    .option("--json", "print JSON")
    .addHelpText("after", HELP)
    .action(async ({ from, to, repo: folder, json }: Options) => {
      const settings = readSettings(process.env);
      const { readLocalChanges } = await import("./notes/read.ts");
      const changes = await readLocalChanges({ folder, from, to });
      const { draft, reason } = await wordChanges(changes, settings);
      for (const each of [reason, ...(draft?.reasons ?? [])]) {
        if (each !== null) process.stderr.write(`smallbatch: ${plainLine(each, 500)}\n`);
      }
      const { renderLocalNotes, toJson } = await import("./notes/output.ts");
      const { serverUrl } = settings;
      const notes = { changes, draft, reason: reason ?? draft?.reasons[0] ?? "", serverUrl };
      const text = json === true ? JSON.stringify(toJson(notes), null, 2) : renderLocalNotes(notes);
      process.stdout.write(`${text}\n`);
    });
}

const HELP = `
Lists what was merged after --from, up to --to: squash commits and merge commits
of GitHub are its pull requests. With ANTHROPIC_API_KEY, Claude words the lines.
Running this with a key is the consent to send titles, messages and diffs, where
the policy at --to does not say otherwise (notes.claude: off, titles or diffs).
Each line is checked against the changes that it names. Where one does not pass,
and where there is no key, titles stand for themselves; standard error says why.

  smallbatch notes --from v1.4.2                     since then, to HEAD
  smallbatch notes --from v1.4.2 --to v1.4.3 --json  with grades and cost

Exit codes: 0 notes were printed, whoever worded them; 1 git failed; 2 called
wrongly, a wrong setting or policy; 3 no usable repository, tag or commit.
More: docs/notes.md`;

interface Worded {
  /** Null: nobody was asked. */
  readonly draft: LocalDraft | null;
  /** Why nobody was; null: somebody was, or there is nothing to word. */
  readonly reason: string | null;
}

async function wordChanges(changes: LocalChanges, settings: Settings): Promise<Worded> {
  if (changes.units.length === 0) return { draft: null, reason: null };
  if (settings.claudeKey === null) {
    return {
      draft: null,
      reason: "ANTHROPIC_API_KEY is not set, so that titles stand for changes",
    };
  }
  const style = await readStyle(changes);
  if (style === null) {
    const reason = `${POLICY_PATH} says notes.claude: off, so that titles stand for changes`;
    return { draft: null, reason };
  }
  const [{ composeDrafter, systemClock }, { draftLocally, readLocalSources }] = await Promise.all([
    import("../compose.ts"),
    import("./notes/draft.ts"),
  ]);
  const sources = await readLocalSources(changes, style.sends);
  if (sources.length === 0) return { draft: null, reason: null };
  // Failures stand on standard error as reasons; a model about to go is worth a word.
  const logger = {
    info: () => undefined,
    warn: (fields: object, words: string) => {
      if (!("outcome" in fields)) process.stderr.write(`smallbatch: ${words}\n`);
    },
  };
  const drafter = composeDrafter(settings, { logger });
  if (drafter === null) return { draft: null, reason: null };
  const draft = await draftLocally(drafter, sources, style, () => systemClock.now());
  return { draft, reason: null };
}

/** Null: the policy does not want it. Without a word of the policy, the key is the consent. */
async function readStyle({ policy: text }: LocalChanges): Promise<DraftStyle | null> {
  const [{ parsePolicy }, { formatPolicyError }, { styleOf }] = await Promise.all([
    import("../core/policy/policy.ts"),
    import("../core/policy/policy-errors.ts"),
    import("../core/policy/policy-notes.ts"),
  ]);
  const isHere = { isPrivate: false };
  if (text === null) return styleOf({}, isHere);
  const sizeBytes = Buffer.byteLength(text);
  const parsed = parsePolicy({ path: POLICY_PATH, sha: "", text, sizeBytes });
  if (parsed.kind === "valid") return styleOf(parsed.policy, isHere);
  const errors = parsed.errors.map((error) => formatPolicyError(error)).join("\n  ");
  throw new AppError("usage/invalid", `the policy is wrong, and nothing was sent:\n  ${errors}`, {
    retry: { kind: "never" },
  });
}
