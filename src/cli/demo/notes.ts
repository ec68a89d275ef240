import {
  approvePull,
  findCheck,
  headSha,
  openPull,
  until,
  type Release,
} from "../../local-github/person.ts";
import type { Act } from "./acts.ts";
import { plain } from "./plain.ts";
import { ci, type Stage } from "./stage.ts";

const PULLS = [
  {
    branch: "demo-printer",
    path: "src/printer.js",
    text: "export const labels = (sheet) => sheet.slice(0, sheet.length);\n",
    title: "fix: off by one in the printer",
    body: "The last label of a sheet was never printed. It is printed now, too.",
  },
  {
    branch: "demo-one-go",
    path: "src/one-go.js",
    text: "export const print = (labels) => labels.join('\\n');\n",
    title: "perf: print labels in one go",
    body: "Every label was a job of its own for the printer.",
  },
] as const;

/** Drafts of a model on this machine; the pulls stay open until the scene of the freeze. */
export const notes: Act = {
  name: "notes",
  title: "Notes are drafted, and checked before anybody reads them",
  play: async (stage, say) => {
    const { place, users } = stage;
    const numbers: number[] = [];
    for (const pull of PULLS) {
      const number = await openPull(place, users.write, pull);
      await ci(stage, await headSha(place, users.read, pull.branch), "success");
      await approvePull(place, users.admin, number);
      const said = await untilLine(stage, pull.branch);
      say(`#${number} "${pull.title}" is green and approved:`);
      for (const line of said) say(`  ${line}`);
      numbers.push(number);
    }
    stage.drafted = numbers;
  },
};

/** The lines that were drafted, as the notes of their release have them. None were: nothing. */
export function sayNotes(
  { drafted }: Stage,
  { tag_name: tag, body }: Release,
  say: (line: string) => void,
): void {
  if (drafted.length === 0) return;
  const lines = (body ?? "").split("\n");
  say(`the notes of ${tag} say:`);
  for (const number of drafted) {
    const line = lines.find((each) => each.includes(`(#${number})`));
    if (line === undefined) throw new Error(`#${number} is not in the notes`);
    say(`  ${plain(line)}`);
  }
  const end = lines.find((line) => line.startsWith("Drafted by Claude"));
  if (end === undefined) throw new Error("The notes do not say that Claude drafted them");
  say(`  ${end.replace(/:.*/, "")}`);
}

/** The line of a pull, its grade, and why a claim was not kept. */
async function untilLine({ place, users }: Stage, branch: string): Promise<readonly string[]> {
  return until(`a grade in the check on ${branch}`, async () => {
    const check = await findCheck(place, users.read, branch, "smallbatch/preview");
    const summary = check?.output.summary ?? "";
    const [, grade] = /\*\*(Grade [ABC])\*\*/.exec(summary) ?? [];
    if (grade === undefined) return null;
    const [, line = ""] = /```text\n- (.*)\n```/.exec(summary) ?? [];
    const [, claim, reasons = ""] =
      /Not kept:\n\n```text\n(.*)\n```\n\n((?:- .*\n?)+)/.exec(summary) ?? [];
    if (claim === undefined) return [`${grade}: "${line}"`];
    return [`"${claim}" is not kept: ${plain(reasons)}`, `${grade}: "${line}"`];
  });
}
