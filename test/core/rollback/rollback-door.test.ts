import { describe, expect, it } from "@jest/globals";
import { array, assert, constantFrom, property } from "fast-check";
import { readIssueCommand, rollbackLink } from "../../../src/core/rollback/rollback-door.ts";

const URL_OF = "https://github.com/acme/widgets";
const SAID = "Latest goes to v1.4.2 (an older one).";

/** What GitHub's page shows to whoever follows the link. */
function shown(tag: string): { readonly title: string | null; readonly body: string } {
  const { searchParams } = new URL(rollbackLink(URL_OF, tag, SAID));
  return { title: searchParams.get("title"), body: searchParams.get("body") ?? "" };
}

describe("an issue that asks for a rollback", () => {
  it.each([
    ["/rollback v1.4.3", "v1.4.3", ""],
    ["\r\n\r\n/rollback 1.4.3 it burns\r\nmore", "1.4.3", "it burns"],
    ["/Rollback v1.4.3\n\n<!-- a hint -->", "v1.4.3", ""],
  ])("says it in its first line: %j", (body, tag, reason) => {
    expect(readIssueCommand(body)).toMatchObject({ asked: { kind: "rollback", tag, reason } });
  });

  it("is told where that line lacks the release", () => {
    expect(readIssueCommand("/rollback\nv1.4.3")).toMatchObject({ kind: "wrong" });
  });

  it.each([
    "",
    "It burns.\n/rollback v1.4.3",
    "> /rollback v1.4.3",
    "```\n/rollback v1.4.3\n```",
    "<!-- /rollback v1.4.3 -->",
    "<!-- a hint -->\n/rollback v1.4.3",
    " /rollback v1.4.3",
    "/hold it burns",
    "/release",
    "/rolback v1.4.3",
    "/rollback-notes v1.4.3",
    "/help",
  ])("is none by %j", (body) => {
    expect(readIssueCommand(body)).toBeNull();
  });
});

describe("a link that opens one", () => {
  it("fills in what is read, and one sentence for who submits it", () => {
    const { title, body } = shown("v1.4.3");
    expect(title).toBe("Roll back v1.4.3");
    expect(body).toMatch(
      /^\/rollback v1\.4\.3 \n\n<!-- .+ -->\n\nLatest goes to v1\.4\.2 \(an older one\)\.\n$/,
    );
    expect(rollbackLink(URL_OF, "v1.4.3", SAID)).not.toMatch(/labels|template|assignee/);
  });

  it("names the release whatever it is called, and ends no link in Markdown", () => {
    const tag = array(constantFrom(...Array.from("v1.-/@#%&=+?;'\"()<>!$,{}|`é")), {
      minLength: 1,
    });
    assert(
      property(tag, (chars) => {
        const name = chars.join("");
        expect(readIssueCommand(shown(name).body)).toMatchObject({ asked: { tag: name } });
        expect(rollbackLink(URL_OF, name, SAID)).not.toMatch(/[()<>\s]/);
      }),
    );
  });
});
