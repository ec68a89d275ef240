import { mergePull } from "../../local-github/person.ts";
import type { Act } from "./acts.ts";
import { ci, currentTag, merge, untilCheck } from "./stage.ts";

const DAY_MS = 24 * 60 * 60_000;

function formatDay(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

/** Merging goes on, and the batch grows; the next scene ends it by merging another policy. */
export const freeze: Act = {
  name: "freeze",
  title: "A freeze holds the releases, not the merges",
  play: async (stage, say) => {
    const before = await currentTag(stage);
    const now = Date.now();
    const from = formatDay(now - DAY_MS);
    const to = formatDay(now + DAY_MS);
    const line = `freezes: [{ from: ${from}, to: ${to}, reason: the big sale }]\n`;
    const policy = await merge(stage, {
      title: "chore: freeze for the big sale",
      path: ".github/smallbatch.yml",
      text: `${stage.policy}${line}`,
      by: stage.users.maintain,
    });
    await ci(stage, policy.sha, "success");
    say(`policy: "${line.trim()}"`);
    for (const number of stage.drafted) {
      const sha = await mergePull(stage.place, stage.users.maintain, number);
      stage.lastSha = sha;
      stage.lastPull = number;
      await ci(stage, sha, "success");
      const held = await untilCheck(stage, sha, /^held: frozen/);
      say(`#${number} is merged and green; check: "${held.title}"`);
    }
    const after = await currentTag(stage);
    if (after !== before) throw new Error(`${after} was released in a freeze`);
  },
};
