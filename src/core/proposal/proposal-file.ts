import type { Finding } from "../doctor/finding.ts";
import { plainLine } from "../inert.ts";
import { POLICY_PATH } from "../policy/policy-errors.ts";
import { parsePolicy } from "../policy/policy.ts";
import type { PolicyFile } from "../state.ts";

/** Columns of a comment in the file. */
const COLUMNS = 80;
const COMMENT_CHARS_MAX = 400;

const HEAD = `# Merging this file starts Smallbatch; deleting it stops it. It holds only what
# differs from the defaults. All keys: docs/policy.md of Smallbatch.
version: 1
`;

/**
 * The policy file that a repository is offered: what the doctor found to differ from the defaults,
 * each line with the reason above it. Lines that would make the file invalid are left out.
 */
export function renderPolicyFile(findings: readonly Finding[]): string {
  let text = HEAD;
  for (const { policy, text: reason } of findings) {
    if (policy.length === 0) continue;
    // The reason is Markdown.
    const longer = `${text}\n${comment(reason.replaceAll(/[`\\]/g, ""))}${policy.map((line) => `${line}\n`).join("")}`;
    if (parsePolicy(asFile(longer)).kind === "valid") text = longer;
  }
  return text;
}

/** As it would stand on the default branch. */
export function asFile(text: string): PolicyFile {
  // A code point has four bytes at most; the sum only has to stay below the cap where the text does.
  return { path: POLICY_PATH, sha: "", text, sizeBytes: text.length };
}

/** Lines of at most 80 columns that each begin with `# `. */
function comment(text: string): string {
  const rows: string[] = [];
  let row = "#";
  for (const word of plainLine(text, COMMENT_CHARS_MAX).split(" ")) {
    if (row !== "#" && row.length + 1 + word.length > COLUMNS) {
      rows.push(row);
      row = "#";
    }
    row = `${row} ${word}`;
  }
  return [...rows, row].map((own) => `${own}\n`).join("");
}
