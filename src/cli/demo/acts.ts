import { listComments, openIssue, until } from "../../local-github/person.ts";
import { component } from "./component.ts";
import { dashboard } from "./dashboard.ts";
import { desk } from "./desk.ts";
import { freeze } from "./freeze.ts";
import { gate } from "./gate.ts";
import { notes, sayNotes } from "./notes.ts";
import { plain } from "./plain.ts";
import { preview } from "./preview.ts";
import { proposed, started } from "./proposal.ts";
import { conflict, rollback } from "./rollback.ts";
import { size } from "./size.ts";
import { ci, currentTag, merge, untilCheck, untilRelease, type Stage } from "./stage.ts";

export interface Act {
  /** Word for scripts. */
  readonly name: string;
  readonly title: string;
  /** Plays it, and says in plain lines what stands on GitHub afterwards. Throws when it does not. */
  play(stage: Stage, say: (line: string) => void): Promise<void>;
}

const POLICY = ".github/smallbatch.yml";

/** Long enough to see that nothing happens: a release takes about a tenth of it. */
const NOTHING_HAPPENS_MS = 1_500;

const small: Act = {
  name: "small",
  title: "A small fix: merged, green, released",
  play: async (stage, say) => {
    const before = await currentTag(stage);
    const issue = await openIssue(stage.place, stage.users.outsider, "Labels lose their colour");
    const pull = await merge(stage, {
      title: "fix: keep the colour of labels",
      path: "src/label-colour.js",
      text: "export const keep = (colour) => colour;\n",
      body: `Fixes #${issue}`,
    });
    await ci(stage, pull.sha, "pending");
    const held = await untilCheck(stage, pull.sha, /^held/);
    say(`check: "${held.title}"`);
    const greenAt = performance.now();
    await ci(stage, pull.sha, "success");
    const release = await untilRelease(stage, before);
    const ms = Math.round(performance.now() - greenAt);
    say(`checks turn green; ${release.tag_name} is published ${(ms / 1000).toFixed(2)} s later`);
    for (const number of [pull.number, issue]) {
      const comment = await until(`a comment on #${number}`, async () => {
        const comments = await listComments(stage.place, stage.users.read, number);
        return comments.find(({ body }) => body.includes(release.tag_name)) ?? null;
      });
      say(`comment on #${number} by ${comment.user.login}: "${plain(comment.body)}"`);
    }
  },
};

const red: Act = {
  name: "red",
  title: "Red checks hold the release until they turn green",
  play: async (stage, say) => {
    const before = await currentTag(stage);
    const pull = await merge(stage, {
      title: "fix: stack from the bottom",
      path: "src/stack-order.js",
      text: "export const order = 'bottom-up';\n",
    });
    await ci(stage, pull.sha, "failure");
    const held = await untilCheck(stage, pull.sha, /^held: .*fail/);
    say(`check: "${held.title}"`);
    await new Promise((resolve) => setTimeout(resolve, NOTHING_HAPPENS_MS));
    const between = await currentTag(stage);
    if (between !== before) throw new Error(`${between} was released with a red check`);
    await ci(stage, pull.sha, "success");
    const release = await untilRelease(stage, before);
    say(`run again, green: released ${release.tag_name}`);
  },
};

const burst: Act = {
  name: "burst",
  title: "A burst of merges becomes one release",
  play: async (stage, say) => {
    const titles = [
      "feat!: rotate widgets the other way",
      "fix: rotate by whole degrees",
      "perf: rotate without trigonometry",
      "docs: explain rotation",
    ];
    const pulls = [];
    for (const [index, title] of titles.entries()) {
      const pull = await merge(stage, {
        title,
        path: `src/rotate-${index + 1}.js`,
        text: `export const step = ${index + 1};\n`,
      });
      await ci(stage, pull.sha, "pending");
      pulls.push(pull);
    }
    say(`${pulls.map(({ number }) => `#${number}`).join(", ")} merged within a moment`);
    for (const { sha } of pulls) await ci(stage, sha, "success");
    const prepared = await untilCheck(stage, stage.lastSha, /^prepared: /);
    say(`they are one release, which waits; check: "${prepared.title}"`);
    stage.waiting = pulls.map(({ number }) => number);
  },
};

const policy: Act = {
  name: "policy",
  title: "A bad policy file is explained, and loses nothing",
  play: async (stage, say) => {
    const before = await currentTag(stage);
    const bad = await merge(stage, {
      title: "chore: change the policy",
      path: POLICY,
      text: `${stage.policy}autoo: patch\n`,
      by: stage.users.maintain,
    });
    await ci(stage, bad.sha, "success");
    const check = await untilCheck(stage, bad.sha, /policy/);
    say(`check: "${check.title}"`);
    for (const line of explanation(check.output.summary ?? "")) say(line);
    const good = await merge(stage, {
      title: "fix: set the policy right",
      path: POLICY,
      text: `${stage.policy}comments: on\n`,
      by: stage.users.maintain,
    });
    await ci(stage, good.sha, "success");
    const release = await untilRelease(stage, before);
    say(`mended in #${good.number}: released ${release.tag_name}, with what the freeze held`);
    sayNotes(stage, release, say);
  },
};

export const ACTS: readonly Act[] = [
  proposed,
  started,
  small,
  red,
  burst,
  desk,
  preview,
  size,
  notes,
  gate,
  component,
  freeze,
  policy,
  rollback,
  conflict,
  dashboard,
];

/** The lines of the check's summary that name the file. */
function explanation(summary: string): readonly string[] {
  return summary
    .split("\n")
    .filter((line) => line.startsWith("- ") && line.includes(POLICY))
    .map(plain);
}
