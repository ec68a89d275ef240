import { approvePull } from "../../local-github/person.ts";
import type { Act } from "./acts.ts";
import { ci, currentTag, merge, untilCheck, untilRelease } from "./stage.ts";

const GATE = "gates: { agents: human-review }\n";

/** Merging goes on, and the release waits for somebody who has seen it. */
export const gate: Act = {
  name: "gate",
  title: "What an agent wrote waits for a person's review",
  play: async (stage, say) => {
    const before = await currentTag(stage);
    const { admin, maintain } = stage.users;
    stage.policy += GATE;
    const policy = await merge(stage, {
      title: "chore: ask for reviews of agents' work",
      path: ".github/smallbatch.yml",
      text: stage.policy,
      by: maintain,
    });
    await ci(stage, policy.sha, "success");
    say(`policy: "${GATE.trim()}"`);
    const pull = await merge(stage, {
      title: "fix: balance the widgets",
      path: "src/balance.js",
      text: "export const balance = (left, right) => left - right;\n",
      body: "🤖 Generated with [Claude Code](https://claude.com/claude-code)",
    });
    await ci(stage, pull.sha, "success");
    const held = await untilCheck(stage, pull.sha, /^held: .*review/);
    say(`#${pull.number} is merged and green; check: "${held.title}"`);
    await approvePull(stage.place, admin, pull.number);
    const release = await untilRelease(stage, before);
    say(`${admin.login} approves it after the merge: released ${release.tag_name}`);
  },
};
