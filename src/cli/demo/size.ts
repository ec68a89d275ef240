import { pushFiles } from "../../local-github/person-files.ts";
import { commentOn, findCheck, openPullOf, until } from "../../local-github/person.ts";
import type { Act } from "./acts.ts";
import { plain } from "./plain.ts";
import type { Stage } from "./stage.ts";

const BRANCH = "demo-large";
/** Each with what it imports. */
const PARTS = { parser: [], store: ["parser"], report: ["store"], export: ["store"] } as const;
const REASON = "the new format is read and written in one piece";

/** Nothing is merged: the change is let through as it is, then shrinks. */
export const size: Act = {
  name: "size",
  title: "A pull request that is too large gets a plan to split it",
  play: async (stage, say) => {
    const { place, users } = stage;
    const title = "feat: a new format";
    const files = Object.fromEntries(
      Object.entries(PARTS).map(([part, imports]) => [
        `src/${part}/format.js`,
        code(part, imports),
      ]),
    );
    const large = await pushFiles(place, users.write, {
      branch: BRANCH,
      message: title,
      files,
    });
    const number = await openPullOf(place, users.write, { head: BRANCH, title });
    stage.large = number;
    const check = await untilSize(stage, large, /^too large/);
    say(`#${number} opened: "${check.title}"`);
    for (const line of planIn(check.summary)) say(line);
    await commentOn(place, users.maintain, number, `/size-ok ${REASON}`);
    const lifted = await untilSize(stage, large, /^let through/);
    say(`${users.maintain.login}: /size-ok ${REASON}`);
    say(`for this commit: "${lifted.title}"`);
    const [kept = "", ...others] = Object.keys(files);
    const small = await pushFiles(place, users.write, {
      branch: BRANCH,
      message: "feat: the parser alone",
      files: Object.fromEntries(others.map((path) => [path, null])),
    });
    say(`split, ${kept} goes first: "${(await untilSize(stage, small, /^\d+ weighted/)).title}"`);
  },
};

/** 300 lines. */
function code(part: string, imports: readonly string[]): string {
  const needed = imports.map((name) => `import { ${name}1 } from "../${name}/format.js";`);
  const rows = Array.from({ length: 300 - needed.length }, (_, at) => {
    return `export const ${part}${at} = ${at};`;
  });
  return [...needed, ...rows, ""].join("\n");
}

async function untilSize(
  { place, users }: Stage,
  sha: string,
  pattern: RegExp,
): Promise<{ readonly title: string; readonly summary: string }> {
  return until(`a size check on ${sha.slice(0, 7)} like ${pattern}`, async () => {
    const check = await findCheck(place, users.read, sha, "smallbatch/size");
    const { title = "", summary = "" } = check?.output ?? {};
    return title !== null && pattern.test(title) ? { title, summary: summary ?? "" } : null;
  });
}

/** The parts of the plan, without their files. */
function planIn(summary: string): readonly string[] {
  const parts = summary.split("\n").filter((line) => /^\d+\. /.test(line));
  return parts.map((line) => plain(line.replace(/<br>.*/, "")));
}
