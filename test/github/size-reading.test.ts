import { describe, expect, it } from "@jest/globals";
import type { OpenPull } from "../../src/core/pulls/open-pull.ts";
import { openPullOf } from "../../src/local-github/person.ts";
import { commitFiles } from "../../src/local-github/seed.ts";
import { openHearing } from "../support/hearing.ts";
import { commitMany } from "../support/many-files.ts";
import { MINUTE_MS, useStage } from "../support/stage.ts";

const stage = useStage();
const line = "line\n";

/** A pull of so many files, as it was seen before its head moves on. */
async function open(count: number) {
  const { scenario, look } = await openHearing(stage);
  const { state } = await look();
  const forge = scenario.forge();
  const files = Array.from({ length: count }, (_, at) => [`src/${at}.js`, line] as const);
  await commitMany(stage, scenario, "work", files);
  const asked = { head: "work", base: "main", title: "feat: work" };
  const number = await openPullOf(scenario.place, stage.people.wilma, asked);
  const see = async (): Promise<OpenPull> => {
    const [pull] = await forge.readOpenPulls(state, [number]);
    if (pull === undefined) throw new Error("No pull");
    return pull;
  };
  const push = (): Promise<string> =>
    commitFiles(stage.github.github, scenario.repository, {
      branch: "work",
      message: "more",
      files: { "src/more.js": line.repeat(7) },
    });
  const read = (pull: OpenPull) => forge.sizes.read(state, pull);
  return { scenario, look, see, push, read };
}

describe("the files of a pull whose head moves while they are read", () => {
  it("are those of the head that was seen", async () => {
    const { see, push, read } = await open(3);
    const seen = await see();
    await push();
    expect((await read(seen))?.files.map(({ path }) => path)).toEqual([
      "src/0.js",
      "src/1.js",
      "src/2.js",
    ]);
    expect((await read(await see()))?.files).toHaveLength(4);
  });

  it("are nothing where only the pages of the pull have all of them", async () => {
    const { see, push, read } = await open(301);
    const seen = await see();
    expect(await read(seen)).toMatchObject({ isTruncated: false });
    await push();
    expect(await read(seen)).toBeNull();
    expect((await read(await see()))?.files).toHaveLength(302);
  });
});

describe("a size that GitHub gives no answer for", () => {
  it("is unknown, is asked for once more by itself, and then at every change", async () => {
    const { scenario, look } = await open(3);
    const title = (): readonly (string | null)[] =>
      stage.github.github.data.checkRuns
        .filter(
          ({ repositoryId, name }) =>
            repositoryId === scenario.repository.id && name === "smallbatch/size",
        )
        .map(({ output }) => output.title);
    const unknown = "size unknown: GitHub does not list it now (3 changed lines in 3 files)";
    const fault = stage.github.faults.failRequest({
      match: { method: "GET", path: /\/compare\// },
      when: "before",
      how: "502",
      times: 2,
    });
    const first = await look();
    expect([title(), first.wakeAt]).toEqual([[unknown], stage.clock.now() + MINUTE_MS]);
    stage.clock.advance(MINUTE_MS);
    expect([(await look()).wakeAt, title()]).toEqual([null, [unknown]]);
    fault.remove();
    await scenario.lookFor(MINUTE_MS);
    expect(title()).toEqual([unknown]);
    await scenario.store.askLook(scenario.repository.id, { number: 1, branch: "main" });
    await look();
    expect(title()).toEqual(["3 weighted of 400"]);
  });
});
