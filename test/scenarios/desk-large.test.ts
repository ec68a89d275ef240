import { describe, expect, it } from "@jest/globals";
import { readBoxes, tickBoxes } from "../../src/core/desk/desk-box.ts";
import { DeskScene } from "../support/desk-scene.ts";
import { MINUTE_MS, useStage } from "../support/stage.ts";

const stage = useStage();

/** What GitHub takes as the body of an issue. */
const BODY_CHARS_MAX = 65_536;

const BUSY = ["api", "cli", "core", "docs-site", "engine", "forms", "grid", "hub"];
const CALM = ["ink", "jet"];
const PARTS = [...BUSY, ...CALM];

/** Ten components with versions of their own; eight of them wait with thirty long-worded changes. */
async function openLarge(): Promise<DeskScene> {
  const rows = PARTS.map((name) => `  - { name: ${name}, path: packages/${name} }\n`).join("");
  const scene = await DeskScene.open(stage, {
    policy: `version: 1\ncomponents:\n${rows}`,
    release: null,
  });
  const { scenario } = scene;
  for (const name of PARTS) await scenario.release(`${name}-v1.0.0`);
  let sha = "";
  for (let nth = 1; nth <= 30; nth += 1) {
    stage.clock.advance(1_000);
    const title = `feat!: ${nth} \`code\` @mona & <b> ${"*_[widgets]_* ".repeat(8)}`.trim();
    sha = await scenario.commit(
      title,
      Object.fromEntries(BUSY.map((name) => [`packages/${name}/index.js`, `${nth}\n`])),
    );
  }
  await scenario.status(sha, "success");
  await scene.rest();
  return scene;
}

describe("a desk with more to say than GitHub takes", () => {
  it("says less of each of its lines, keeps every box, and each box means its own line", async () => {
    const scene = await openLarge();
    const { scenario } = scene;
    const rows = scene.body.split("\n").filter((row) => row.startsWith("- [`"));
    expect(rows.length).toBeLessThan(8 * 30);
    // With all of them it would be longer than that.
    expect((rows.join("\n").length / rows.length) * 8 * 30).toBeGreaterThan(60_000);
    expect(scene.body.length).toBeLessThan(BODY_CHARS_MAX);
    expect(scene.body).toContain("…and");
    expect(scene.body).toContain("**8 releases wait for a person.**");
    const boxes = readBoxes(scene.body);
    expect(boxes.filter(({ act }) => act === "publish")).toHaveLength(8);
    expect(new Set(boxes.map(({ line }) => line)).size).toBeGreaterThanOrEqual(PARTS.length);

    const press = async (act: string, label: string): Promise<void> => {
      const box = readBoxes(scene.body).find(
        (each) => each.act === act && each.source.includes(label),
      );
      await scene.edit(stage.people.mona, tickBoxes(scene.body, [box?.source ?? label]));
      await scene.rest();
      stage.clock.advance(MINUTE_MS);
    };
    await press("hold", "`grid`");
    await press("publish", "core-v2.0.0");
    const made = (await scene.tags()).filter((tag) => tag.endsWith("-v2.0.0"));
    expect(made).toEqual(["core-v2.0.0"]);
    // The hidden state stands below it all, whatever was left out above.
    scene.forget();
    await scene.rest();
    expect(scene.desks()).toHaveLength(1);
    expect(readBoxes(scene.body).filter(({ act }) => act === "resume")).toHaveLength(1);
    const { others } = await scenario.look();
    const heldOnes = others.filter(({ plan }) => plan.reason.code === "hold-person");
    expect(heldOnes.map(({ line }) => line.component)).toEqual(["grid"]);
    expect(scene.body).toContain("core-v2.0.0");
    expect(scene.body.length).toBeLessThan(BODY_CHARS_MAX);
  });
});
