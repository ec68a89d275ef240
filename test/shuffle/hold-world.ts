import { inc } from "semver";
import { reactionsOn, say } from "../support/hearing.ts";
import { assertSame, choose, type Actor, type Deed, type Ended, type World } from "./world.ts";

/** The last word that the App showed to have taken: in the order in which they were said. */
export function isHeld({ stage, said }: Actor): boolean {
  const words = said.flatMap(({ id, words: own = "" }) =>
    /^\/(?:hold|resume)/.test(own) && reactionsOn(stage, id).includes("rocket") ? [own] : [],
  );
  return words.at(-1)?.startsWith("/hold") ?? false;
}

function word(by: "wilma" | "otto", words: string): Deed {
  return {
    name: `${words} by ${by}`,
    act: async (actor, { pick }) => {
      const { scenario, stage, said, units } = actor;
      // A comment on a pull and one on an issue hold the same branch.
      const number = choose(units, pick)?.pull ?? (await scenario.openIssue("Is it on fire?"));
      stage.clock.advance(1_000);
      const id = await say(scenario, stage.people[by], number, words);
      said.push({ id, number, login: by, words, headSha: "", isFork: false });
      return `#${number}`;
    },
  };
}

async function newestVersion({ scenario }: Actor): Promise<string> {
  const { releases } = await scenario.world();
  return releases[0]?.tag.slice(1) ?? "0.0.0";
}

/** Nobody can be heard in the end, so what is still held is released by hand. */
async function releaseByHand(actor: Actor): Promise<string | null> {
  const { scenario, byHand } = actor;
  const title = scenario.check(await scenario.head())?.title ?? "";
  if (title.startsWith("released in ")) return null;
  assertSame(`"${title}" says that somebody holds releases`, isHeldBy(title), isHeld(actor));
  if (!isHeld(actor)) return null;
  const tag = `v${inc(await newestVersion(actor), "patch")}`;
  byHand.add(tag);
  await scenario.release(tag);
  return `release ${tag} by hand`;
}

const isHeldBy = (title: string): boolean => title.startsWith("held: by wilma since ");

/** Each word that arrived was answered once, and one that was lost did nothing. */
async function assertWords({ stage, said }: Actor, { heard }: Ended): Promise<void> {
  for (const { id, login, number, words } of said) {
    const what = `Answer to ${words} (${id}) by ${login} on #${number}`;
    const answers = reactionsOn(stage, id);
    if (!heard.has(id)) assertSame(`${what}, which never arrived`, answers, []);
    else if (login === "otto") assertSame(what, answers, ["confused"]);
    else if (answers.length !== 1) assertSame(what, answers, ["rocket or confused"]);
  }
}

export const HOLD_WORLD: World = {
  name: "holds",
  policy: "version: 1\n",
  lines: [{ folder: "src", prefix: "" }],
  deeds: [
    word("wilma", "/hold it burns"),
    word("wilma", "/hold it burns"),
    word("wilma", "/resume"),
    word("otto", "/hold me"),
    word("otto", "/resume"),
    word("wilma", "/resume\n/why"),
  ],
  askPerson: releaseByHand,
  assertEnd: assertWords,
};
