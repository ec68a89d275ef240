import { describe, expect, it } from "@jest/globals";
import { assert, property, string } from "fast-check";
import { asksFor, parseCommands } from "../../src/core/command.ts";

const asked = (body: string) =>
  parseCommands(body).map((command) =>
    command.kind === "asked" ? command.asked : command.problem,
  );

describe("a command", () => {
  it.each([
    ["/release", [{ kind: "release", how: "prepared" }]],
    ["/Release NOW", [{ kind: "release", how: "now" }]],
    ["/release\tnow  ", [{ kind: "release", how: "now" }]],
    ["/release as 2.0.0", [{ kind: "release", how: "as", version: "2.0.0" }]],
    ["/release as V2.0.0", [{ kind: "release", how: "as", version: "2.0.0" }]],
    ["/release as 2.0.0-rc.1", [{ kind: "release", how: "as", version: "2.0.0-rc.1" }]],
    ["/release for web", [{ kind: "release", how: "prepared", component: "web" }]],
    ["/release NOW FOR Web", [{ kind: "release", how: "now", component: "Web" }]],
    ["/release now for .", [{ kind: "release", how: "now", component: "" }]],
    ["/release for for", [{ kind: "release", how: "prepared", component: "for" }]],
    [
      "/release as v2.0.0 for @acme/web",
      [{ kind: "release", how: "as", version: "2.0.0", component: "@acme/web" }],
    ],
    ["/hold for the weekend", [{ kind: "hold", reason: "for the weekend" }]],
    ["/preview", [{ kind: "preview" }]],
    ["Fine.\r\n/preview\r\nThanks", [{ kind: "preview" }]],
    ["/release\n/preview", [{ kind: "release", how: "prepared" }, { kind: "preview" }]],
    ["/hold", [{ kind: "hold", reason: "" }]],
    ["/Hold  the API\tis on fire ", [{ kind: "hold", reason: "the API is on fire" }]],
    ["/hold cancel the party", [{ kind: "hold", reason: "cancel the party" }]],
    [`/hold ${"x".repeat(999)}`, [{ kind: "hold", reason: "x".repeat(160) }]],
    ["/Size-OK  one\tpiece ", [{ kind: "size-ok", reason: "one piece" }]],
    [`/size-ok ${"x".repeat(999)}`, [{ kind: "size-ok", reason: "x".repeat(160) }]],
    ["/Notes  Widgets\tno longer  shrink ", [{ kind: "notes", text: "Widgets no longer shrink" }]],
    [`/notes ${"x".repeat(240)}`, [{ kind: "notes", text: "x".repeat(240) }]],
    ["/RESUME\n/why", [{ kind: "resume", reason: "" }, { kind: "why" }]],
    ["/resume the CDN it was", [{ kind: "resume", reason: "the CDN it was" }]],
    ["text <!-- /release -->\n/preview", [{ kind: "preview" }]],
    ["```\n/release\n```\n/preview", [{ kind: "preview" }]],
    ["~~~~\n~~~\n/release\n~~~~\n/preview", [{ kind: "preview" }]],
    ["> quoted\n\n/preview", [{ kind: "preview" }]],
    ["``` is no fence ``` here\n/preview", [{ kind: "preview" }]],
  ])("is read in %j", (body, commands) => {
    expect(asked(body)).toEqual(commands);
  });

  it.each([
    " /release",
    "    /release",
    "please /release",
    "/release-notes",
    "/releases/latest",
    "//release",
    "`/release`",
    "> /release",
    "> quoted\n/release",
    "```\n/release",
    "```sh\n/release\n~~~\n/release",
    "<!--\n/release\n-->",
    "<!-- a --> <!--\n/release",
    "/rebase",
    "/review",
    "/unhold",
    "/who",
    "/wh",
    "/retest",
    "/lgtm",
    "/cc @mona",
    "/etc/passwd",
    "/",
    "",
  ])("is none in %j", (body) => {
    expect(parseCommands(body)).toEqual([]);
  });

  it.each([
    ["/relase", /did you mean `\/release`/],
    ["/realease now", /did you mean `\/release`/],
    ["/releaes", /did you mean `\/release`/],
    ["/previw", /did you mean `\/preview`/],
    ["/release tomorrow", /as `\/release`, `\/release now`, `\/release as 2\.0\.0`/],
    ["/release now please", /say it alone on its line/],
    ["/release as", /say it alone on its line/],
    ["/release as 2.0", /this is no version/],
    ["/release as =2.0.0", /this is no version/],
    ["/release as 02.0.0", /this is no version/],
    [`/release as ${"9".repeat(300)}.0.0`, /say it alone on its line/],
    ["/release for", /say it alone on its line, as .*`\/release now for web`/],
    ["/release now for web and cli", /say it alone on its line/],
    ["/release soon for web", /say it alone on its line/],
    ["/release as 2.0 for web", /this is no version/],
    ["/release for web as 2.0.0", /say it alone on its line/],
    ["/preview now", /as `\/preview`/],
    ["/hodl", /did you mean `\/hold`/],
    ["/hold cancel", /say `\/resume`/],
    ["/size-ok", /say why, as in `\/size-ok the schema/],
    ["/sizeok it is", /did you mean `\/size-ok`/],
    ["/notes", /say how its line in the notes reads, as in `\/notes Widgets no longer shrink`/],
    ["/note it", /did you mean `\/notes`/],
    [`/notes ${"x".repeat(241)}`, /at most 240 characters, and this one has 241/],
    ["/why not", /as `\/why`/],
  ])("that is wrong is helped: %s", (body, problem) => {
    expect(asked(body)).toEqual([expect.stringMatching(problem)]);
  });

  it("counts at most five times in a comment", () => {
    expect(parseCommands("/preview\n".repeat(1_000))).toHaveLength(5);
  });

  it("is read from any text, and never longer than its line may be", () => {
    assert(
      property(string({ unit: "binary", maxLength: 400 }), (text) => {
        for (const body of [text, `/release ${text}`, `/${text}`]) {
          for (const command of parseCommands(body)) {
            expect(command.text.length).toBeLessThanOrEqual(200);
          }
        }
      }),
    );
  });

  it("asks for one thing, or for nothing where it is wrong", () => {
    const [hold, wrong] = parseCommands("/hold it burns\n/relase");
    if (hold === undefined || wrong === undefined) throw new Error("No commands");
    expect([asksFor(hold, "hold"), asksFor(hold, "why")]).toEqual([true, false]);
    expect(asksFor(wrong, "release")).toBe(false);
  });
});
