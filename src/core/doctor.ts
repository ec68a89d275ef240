import type { DoctorFacts } from "./doctor-facts.ts";
import { judgeBaseFound, judgeTitles } from "./doctor-history.ts";
import type { Finding } from "./finding.ts";

/** What is special about a repository before it is started, in the order of `FINDING_NAMES`. */
export function diagnose(facts: DoctorFacts): readonly Finding[] {
  return [judgeBaseFound(facts), judgeTitles(facts)];
}
