import { examine } from "../examined.ts";
import type { Examined } from "../examined.ts";
import type { DoctorFacts } from "./doctor-facts.ts";
import { judgeVersionFiles, judgeWorkspaces } from "./doctor-files.ts";
import { judgeBaseFound, judgeTitles } from "./doctor-history.ts";
import { judgeBranchRules, judgeChecks, judgeRequired, judgeTagRules } from "./doctor-rules.ts";
import { judgeActions, judgeIssues, judgePermissions } from "./doctor-settings.ts";
import { judgeAssets, judgeTools, judgeWorkflows } from "./doctor-workflows.ts";
import type { Finding } from "./finding.ts";

/** One a line of the table, in the order of `FINDING_NAMES`. Null: only GitHub can say. */
const JUDGES: readonly ((examined: Examined) => Finding | null)[] = [
  judgeBaseFound,
  judgeTitles,
  judgeChecks,
  judgeRequired,
  judgeWorkflows,
  judgeAssets,
  judgeTools,
  judgeVersionFiles,
  judgeWorkspaces,
  judgeTagRules,
  judgeBranchRules,
  judgeIssues,
  judgeActions,
  judgePermissions,
];

/**
 * What is special about a repository before it is started. Where only git was asked, lines that
 * GitHub alone could fill are left out.
 */
export function diagnose(facts: DoctorFacts): readonly Finding[] {
  const examined = examine(facts);
  return JUDGES.flatMap((judge) => judge(examined) ?? []);
}
