import { Command } from "commander";
import { openTokenSession } from "../compose.ts";
import { releaseCardSchema, type ReleaseCard } from "../core/card.ts";
import { plainLine } from "../core/inert.ts";
import { AppError } from "../errors.ts";
import { readSettings } from "../settings.ts";
import { describeNotes, formatInstant } from "./plan-text.ts";
import { parseRepositoryArgument } from "./repository-argument.ts";

/** `smallbatch card OWNER/REPO TAG`: the record of one release. */
export function cardCommand(): Command {
  return new Command("card")
    .description("show the release card: what was in a release, who merged it, what verified it")
    .argument("<owner/repo>", "the repository, e.g. acme/widgets")
    .argument("<tag>", "the release's tag, e.g. v1.4.3")
    .option("--json", "print the card itself (docs/schemas/release-card.v1.json)")
    .action(async (argument: string, tag: string, options: { json?: boolean }) => {
      const { owner, name } = parseRepositoryArgument(argument);
      const session = openTokenSession(readSettings(process.env, "token"));
      const { repository } = await session.find(owner, name);
      const card = await session.findCard(repository, tag);
      if (card === null) {
        throw new AppError("github/no-card", `${owner}/${name} has no release card for ${tag}`, {
          retry: { kind: "never" },
        });
      }
      const json = JSON.stringify(releaseCardSchema.parse(card), null, 2);
      process.stdout.write(`${options.json === true ? json : renderCard(card)}\n`);
    });
}

/** Who worded the lines, at what cost, their grades, and what was not published. */
function renderNotes(notes: ReleaseCard["notes"]): readonly string[] {
  const { lines = [], costUsd = null, model } = notes;
  const paid = costUsd === null ? "" : ` for $${costUsd}`;
  const by = model === undefined ? "" : ` (${plainLine(model)}${paid})`;
  return [
    `  notes      ${describeNotes(notes)}${by}`,
    ...lines.map(({ units, grade, source, by: login }) => {
      const worded = login === undefined ? source : `${source} ${plainLine(login)}`;
      return `  - ${units.join(", ")} ${grade}, ${worded}`;
    }),
    ...lines.flatMap(({ units, rejected }) =>
      rejected === undefined
        ? []
        : [
            `  rejected   ${units.join(", ")} ${plainLine(rejected.text)}`,
            ...rejected.reasons.map((reason) => `      ${plainLine(reason)}`),
          ],
    ),
  ];
}

/** In a terminal of 80 columns. */
export function renderCard(card: ReleaseCard): string {
  const rows = [
    `${card.repository.name} ${card.tag} (${card.level})`,
    `  commit     ${card.sha}`,
    `  after      ${card.previousTag ?? "nothing: the first release"}`,
    `  decided    ${formatInstant(Date.parse(card.decidedAt))}`,
    `  checks     ${card.checks.map(({ name, state }) => `${plainLine(name)} ${state}`).join(", ") || "none"}`,
    `  rollback   ${card.rollbackTarget === null ? "no earlier release" : `returns to ${card.rollbackTarget}`}`,
    ...renderNotes(card.notes),
    `  units      ${card.units.length}`,
  ];
  for (const unit of card.units) {
    const name = unit.pull === null ? unit.sha.slice(0, 7) : `#${unit.pull}`;
    rows.push(`  - ${name} ${plainLine(unit.title)}`);
    const people = [
      `by ${plainLine(unit.author.login)}`,
      ...(unit.mergedBy === null ? [] : [`merged by ${unit.mergedBy.login}`]),
      ...unit.reviews.map(({ login, state }) => `${state} by ${login}`),
      ...unit.agents.map((agent) => `with ${agent.name}`),
    ];
    rows.push(`      ${unit.level} (${unit.levelFrom}); ${people.join(", ")}`);
  }
  for (const override of card.overrides) {
    rows.push(`  override   ${override.rule} by ${override.by}: ${override.why}`);
  }
  return rows.join("\n");
}
