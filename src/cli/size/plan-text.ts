import type { SplitPlan } from "../../core/size/size-plan.ts";
import { WIDTH_CHARS, elide, wrap } from "../wrap.ts";
import { count, countFiles, visible } from "./text.ts";

const PATHS_SHOWN = 10;
const PATH_CHARS_MAX = WIDTH_CHARS - 7;

/** The plan in a terminal; null: the change is small enough. */
export function renderPlan(plan: SplitPlan | null): string {
  if (plan === null) return "Small enough to go as it is: no plan is needed.";
  const groups = plan.groups.map(({ title, paths, lines, files, reason }, at) => {
    const size = `${count(lines)} lines in ${countFiles(files)}`;
    const more = paths.length - PATHS_SHOWN;
    // Made of paths, or of what a commit says.
    const words = visible(title).split(" ");
    const shown = words.map((word) => elide(word, PATH_CHARS_MAX)).join(" ");
    return [
      ...wrap(`${shown}: ${size}`, `  ${at + 1}. `, "     "),
      ...wrap(reason, "     "),
      ...paths
        .slice(0, PATHS_SHOWN)
        .map((path) => `       ${elide(visible(path), PATH_CHARS_MAX)}`),
      ...(more > 0 ? [`       and ${count(more)} more; --json lists all`] : []),
    ].join("\n");
  });
  return ["These can go one after the other:", ...groups].join("\n\n");
}
