import { z } from "zod";
import { readBoxes, tickBoxes } from "../../core/desk/desk-box.ts";
import { DESK_TITLE } from "../../core/desk/desk.ts";
import {
  commentOn,
  defaultBranchOf,
  editIssue,
  expectOk,
  findIssue,
  headSha,
  listComments,
  openIssue,
  repositoryPath,
  until,
  type Issue,
} from "../../local-github/person.ts";
import type { Act } from "./acts.ts";
import { plain } from "./plain.ts";
import { ci, currentTag, merge, untilRelease, type Stage } from "./stage.ts";

/** A bad release is taken back, from the click to the release that carries the code of before. */
export const rollback: Act = {
  name: "rollback",
  title: "A bad release is taken back by one tick",
  play: async (stage, say) => {
    const { write } = stage.users;
    const good = await releasedTag(stage);
    const { tag: bad, number } = await release(stage, "fix: set widgets on fire", {
      path: "src/fire.js",
      text: "export const burn = () => true;\n",
    });
    const { desk, body, box, risk } = await untilOffer(stage, bad);
    say(`${bad} is out with #${number}, and is bad; the desk: "${risk}"`);
    const clickedAt = performance.now();
    await editIssue(stage.place, write, { number: desk, body: tickBoxes(body, [box]) });
    await untilLatest(stage, good);
    const seconds = ((performance.now() - clickedAt) / 1_000).toFixed(2);
    say(`${write.login} ticks "Roll back ${bad}": Latest is ${good} again ${seconds} s later`);
    const pull = await untilPull(stage, bad, () => true);
    await ci(stage, pull.head.sha, "success");
    const sha = await untilMerged(stage, pull.number);
    say(`#${pull.number} by ${pull.user.login} undoes its code; green, it is merged`);
    stage.lastSha = sha;
    await ci(stage, sha, "success");
    const after = await untilRelease(stage, good);
    const told = (after.body ?? "").split("\n").find((line) => line.includes(`[${bad}]`)) ?? "";
    if (!(after.body ?? "").includes("### Rolled back")) throw new Error("The notes do not say it");
    const [, undone = ""] = /(Undone: .+?\.) What happened/.exec(plain(told)) ?? [];
    say(`released ${after.tag_name}; its notes say below "Rolled back": "${bad}. ${undone}"`);
    stage.rollback = await untilStory(stage, bad, "closed");
    say(`issue #${stage.rollback} "Rollback of ${bad}" has the whole story, and is closed`);
  },
};

/** Later work changed the same lines: nobody guesses, and people see who is in the way. */
export const conflict: Act = {
  name: "conflict",
  title: "A rollback in conflict: later work changed the same lines",
  play: async (stage, say) => {
    const { write } = stage.users;
    const good = await releasedTag(stage);
    const path = "src/fuse.js";
    const blow = { path, text: "export const amperes = 1_000;\n" };
    const { tag: bad, number } = await release(stage, "fix: take stronger fuses", blow);
    const later = await merge(stage, {
      title: "feat: count volts, too",
      path,
      text: "export const amperes = 1_001;\nexport const volts = 3;\n",
    });
    await ci(stage, later.sha, "success");
    say(`${bad} has #${number}, and #${later.number} is merged since, on the same lines`);
    const words = `/rollback ${bad} it blows every fuse`;
    const asking = await openIssue(stage.place, write, `Roll back ${bad}`, words);
    await untilLatest(stage, good);
    say(`${write.login} opens issue #${asking} "${words}": Latest is ${good}`);
    const pull = await untilPull(stage, bad, ({ draft }) => draft === true);
    const lines = (pull.body ?? "").split("\n").map((line) => plain(line.replaceAll("**", "")));
    const [reason = "", others = ""] = ["Later work", "Merged later"].map(
      (first) => lines.find((line) => line.startsWith(first)) ?? "",
    );
    if (!others.includes(`#${later.number}`)) throw new Error(`#${later.number} is not named`);
    say(`#${pull.number} by ${pull.user.login} is a draft: "${firstSentence(reason)}"`);
    say(`"${others}"`);
    const answered = await until(`an answer on #${asking}`, async () => {
      const comments = await listComments(stage.place, stage.users.read, asking);
      return (await stateOf(stage, asking)) === "closed" ? (comments[0] ?? null) : null;
    });
    stage.conflict = pull.number;
    const story = await untilStory(stage, bad, "open");
    say(`${answered.user.login} answers on #${asking} and closes it; #${story} tells what is left`);
  },
};

/** A change that is merged, green and released, although the acts before took six releases at once. */
async function release(
  stage: Stage,
  title: string,
  file: { readonly path: string; readonly text: string },
): Promise<{ readonly tag: string; readonly number: number }> {
  const before = await currentTag(stage);
  const pull = await merge(stage, { title, ...file });
  await commentOn(stage.place, stage.users.maintain, pull.number, "/release now");
  await ci(stage, pull.sha, "success");
  return { tag: (await untilRelease(stage, before)).tag_name, number: pull.number };
}

async function releasedTag(stage: Stage): Promise<string> {
  const tag = await currentTag(stage);
  if (tag === null) throw new Error("There is no release");
  return tag;
}

function untilLatest(stage: Stage, tag: string): Promise<true> {
  return until(`${tag} as Latest`, async () => ((await currentTag(stage)) === tag ? true : null));
}

/** The desk's box for a release, and what it says below it. */
function untilOffer(stage: Stage, tag: string) {
  return until(`a box to roll back ${tag}`, async () => {
    const desk = await findIssue(stage.place, stage.users.read, DESK_TITLE);
    const body = desk?.body ?? "";
    const box = readBoxes(body).find((each) => each.act === "rollback" && each.tag === tag);
    if (desk === null || box === undefined) return null;
    const lines = body.split("\n");
    const below = lines[lines.findIndex((line) => line.trimEnd() === box.source) + 1] ?? "";
    return { desk: desk.number, body, box: box.source, risk: firstSentence(plain(below)) };
  });
}

/** `Latest goes to v1.4.2; 1 pull request goes with it.` */
function firstSentence(text: string): string {
  const [sentence = ""] = text.trim().split(/(?<=\.) /);
  return sentence;
}

const openPull = z.object({
  number: z.number().int(),
  title: z.string(),
  body: z.string().nullable(),
  draft: z.boolean().optional(),
  user: z.object({ login: z.string() }),
  head: z.object({ sha: z.string() }),
});

type OpenPull = z.infer<typeof openPull>;

/** Ours that undoes a release. */
function untilPull(
  stage: Stage,
  tag: string,
  isSo: (pull: OpenPull) => boolean,
): Promise<OpenPull> {
  return until(`a pull that undoes ${tag}`, async () => {
    const path = `${repositoryPath(stage.place)}/pulls?state=open`;
    const answer = await expectOk(stage.place, stage.users.read, "GET", path);
    const title = `fix: roll back ${tag}`;
    const found = z.array(openPull).parse(answer);
    return found.find((pull) => pull.title === title && isSo(pull)) ?? null;
  });
}

/** The head of the default branch after it. */
async function untilMerged(stage: Stage, number: number): Promise<string> {
  const { place, users } = stage;
  await until(`#${number} merged`, async () => {
    const path = `${repositoryPath(place)}/pulls/${number}`;
    const pull = await expectOk(place, users.read, "GET", path);
    return z.object({ merged: z.boolean() }).parse(pull).merged ? true : null;
  });
  return headSha(place, users.read, await defaultBranchOf(place, users.read));
}

async function stateOf({ place, users }: Stage, number: number): Promise<string> {
  const path = `${repositoryPath(place)}/issues/${number}`;
  const issue = await expectOk(place, users.read, "GET", path);
  return z.object({ state: z.string() }).parse(issue).state;
}

/** Number of the one issue that tells of a rollback. */
function untilStory(stage: Stage, tag: string, state: "open" | "closed"): Promise<number> {
  return until(`the issue of ${tag}, ${state}`, async () => {
    const path = `${repositoryPath(stage.place)}/issues?state=${state}`;
    const answer = await expectOk(stage.place, stage.users.read, "GET", path);
    const issues: readonly Pick<Issue, "number" | "title">[] = z
      .array(z.object({ number: z.number().int(), title: z.string() }))
      .parse(answer);
    return issues.find(({ title }) => title === `Rollback of ${tag}`)?.number ?? null;
  });
}
