import type { SplitPlan } from "../../core/size/size-plan.ts";
import { count, visible } from "./text.ts";

const PATHS_SHOWN = 10;

/** The plan in a terminal; null: the change is small enough. */
export function renderPlan(plan: SplitPlan | null): string {
  if (plan === null) return "Small enough to go as it is: no plan is needed.";
  const groups = plan.groups.map(({ title, paths, lines, files, reason }, at) => {
    const size = `${count(lines)} lines in ${count(files)} ${files === 1 ? "file" : "files"}`;
    const more = paths.length - PATHS_SHOWN;
    return [
      `  ${at + 1}. ${visible(title)}: ${size}`,
      `     ${reason}`,
      ...paths.slice(0, PATHS_SHOWN).map((path) => `       ${visible(path)}`),
      ...(more > 0 ? [`       and ${count(more)} more; --json lists all`] : []),
    ].join("\n");
  });
  return ["These can go one after the other:", ...groups].join("\n\n");
}
