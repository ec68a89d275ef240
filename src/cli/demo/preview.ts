import { findCheck, openPull, retitlePull, until } from "../../local-github/person.ts";
import type { Act } from "./acts.ts";

const BRANCH = "demo-open";

/** An open pull: nothing is merged and nothing is released. */
export const preview: Act = {
  name: "preview",
  title: "An open pull request says what it would release",
  play: async ({ place, users }, say) => {
    const number = await openPull(place, users.write, {
      branch: BRANCH,
      path: "src/size.js",
      text: "export const size = (widget) => widget.length;\n",
      title: "feat: measure widgets",
    });
    const said = async (pattern: RegExp): Promise<string> =>
      until(`a check on #${number} like ${pattern}`, async () => {
        const check = await findCheck(place, users.read, BRANCH, "smallbatch/preview");
        const title = check?.output.title ?? "";
        return pattern.test(title) ? title : null;
      });
    say(`#${number} opened: "${await said(/^would release .*minor/)}"`);
    await retitlePull(place, users.write, number, "feat!: measure widgets in metres");
    say(`renamed to "feat!: …": "${await said(/^would be prepared/)}"`);
  },
};
