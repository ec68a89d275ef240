import { findRelease, until } from "../../local-github/person.ts";
import type { Act } from "./acts.ts";
import { ci, currentTag, merge, type Stage } from "./stage.ts";

const NAME = "labels";
const COMPONENT = `components: [{ name: ${NAME}, path: packages/${NAME} }]\n`;

/** A part of the repository goes its own way: its own version, tag and notes. */
export const component: Act = {
  name: "component",
  title: "A component is released by itself",
  play: async (stage, say) => {
    const before = await currentTag(stage);
    stage.policy += COMPONENT;
    const policy = await merge(stage, {
      title: "chore: release the labels by themselves",
      path: ".github/smallbatch.yml",
      text: stage.policy,
      by: stage.users.maintain,
    });
    await ci(stage, policy.sha, "success");
    say(`policy: "${COMPONENT.trim()}"`);
    await publish(stage, say, {
      title: "feat: print labels by themselves",
      text: "export const print = (label) => `[${label}]`;\n",
      tag: `${NAME}-v0.1.0`,
    });
    await publish(stage, say, {
      title: "fix: print empty labels",
      text: "export const print = (label = '') => `[${label}]`;\n",
      tag: `${NAME}-v0.1.1`,
    });
    const after = await currentTag(stage);
    if (after !== before) throw new Error(`The whole repository was released as ${after}`);
    say(`the whole repository stays at ${before}`);
  },
};

async function publish(
  stage: Stage,
  say: (line: string) => void,
  change: { readonly title: string; readonly text: string; readonly tag: string },
): Promise<void> {
  const { title, text, tag } = change;
  const pull = await merge(stage, { title, text, path: `packages/${NAME}/index.js` });
  await ci(stage, pull.sha, "success");
  await until(`a release ${tag}`, () => findRelease(stage.place, stage.users.read, tag));
  say(`#${pull.number} "${title}": released ${tag}`);
}
