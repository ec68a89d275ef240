import type { Finding } from "../../core/doctor/finding.ts";
import { wrap } from "../wrap.ts";

const NAME_CHARS = 20;

const MARKS: Readonly<Record<Finding["state"], string>> = { fine: "ok", todo: "DO", unknown: "??" };

export interface Diagnosis {
  /** `acme/widgets`, or a folder. */
  readonly repository: string;
  readonly branch: string;
  readonly findings: readonly Finding[];
  /** Was GitHub asked? */
  readonly isHosted: boolean;
}

/** The table as people read it in a terminal of 80 columns. */
export function renderDiagnosis({ repository, branch, findings, isHosted }: Diagnosis): string {
  const open = findings.filter(({ state }) => state === "todo").length;
  const count = open === 1 ? "1 thing to do" : `${open === 0 ? "nothing" : `${open} things`} to do`;
  const rows = findings.flatMap((finding) => {
    const head = `${MARKS[finding.state]}  ${finding.name.padEnd(NAME_CHARS - 4)}`;
    return [
      ...wrapBelow(`${finding.text}.`, head),
      ...(finding.todo === null ? [] : wrapBelow(finding.todo, `${" ".repeat(NAME_CHARS - 3)}-> `)),
    ];
  });
  const lines = findings.flatMap(({ policy }) => policy);
  const offered = findings.flatMap((finding) => finding.offered);
  return [
    `${repository}, ${branch}: ${count}`,
    "",
    ...rows,
    ...(isHosted ? [] : ["", ...wrap(UNKNOWN, "")]),
    ...(lines.length === 0 ? [] : ["", "For .github/smallbatch.yml:", "", ...indent(lines)]),
    ...(offered.length === 0
      ? []
      : ["", "If you like, for .github/smallbatch.yml:", "", ...indent(offered)]),
  ].join("\n");
}

const UNKNOWN =
  "Rules, required checks, issues, Actions and permissions are unknown: they need GitHub. " +
  "Ask with OWNER/REPO.";

/** What follows the first line stands below its text. */
function wrapBelow(text: string, head: string): string[] {
  return wrap(text, head, " ".repeat(head.length));
}

function indent(lines: readonly string[]): readonly string[] {
  return lines.map((line) => `  ${line}`);
}

/** The same for scripts. Keys are only ever added. */
export function diagnosisToJson(diagnosis: Diagnosis): Record<string, unknown> {
  const { repository, branch, findings, isHosted } = diagnosis;
  return {
    repository,
    branch,
    from: isHosted ? "github" : "git",
    todo: findings.filter(({ state }) => state === "todo").length,
    findings,
    policy: findings.flatMap(({ policy }) => policy),
  };
}
