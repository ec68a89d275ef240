import { describe, expect, it } from "@jest/globals";
import { formatFilesMarker } from "../../src/core/files/files-marker.ts";
import type { OpenPull } from "../../src/core/pulls/open-pull.ts";
import { checkReleasePull } from "../../src/core/release-pull-check.ts";
import { exemptReleasePull } from "../../src/core/size/size-exempt.ts";
import type { Line } from "../../src/core/state.ts";
import { ALICE, ROBOT, openPull, sha } from "../support/states.ts";

const LINE: Line = { repositoryId: 42, branch: "main", component: "", channel: "stable" };
const BODY = `Files of v1.4.3.\n\n${formatFilesMarker(LINE, { tag: "v1.4.3", parent: sha(1) })}`;

const ours = (change: Partial<OpenPull> = {}): OpenPull =>
  openPull({ author: ROBOT, body: BODY, ...change });

describe("the check on our own release pull", () => {
  it("says which release its merge makes", () => {
    const made = checkReleasePull(LINE, ours());
    expect(made).toMatchObject({
      name: "smallbatch/preview",
      sha: sha(77),
      existing: null,
      title: "merging this releases v1.4.3",
      conclusion: "success",
    });
    const json: unknown = JSON.parse(/```json\n(.*)\n```$/.exec(made?.summary ?? "")?.[1] ?? "");
    expect(json).toEqual({ pull: 12, asOf: sha(77), state: "release-pull", tag: "v1.4.3" });
  });

  it("is not written again where it says so already", () => {
    const externalId = checkReleasePull(LINE, ours())?.externalId ?? "";
    const standing = { id: 1, title: "", externalId };
    expect(checkReleasePull(LINE, ours({ ourCheck: standing }))).toBeNull();
    const old = { ...standing, externalId: "other" };
    expect(checkReleasePull(LINE, ours({ ourCheck: old }))?.existing).toEqual(old);
  });

  it("stands on no pull of a person who copied its words, nor on another bot's", () => {
    expect(checkReleasePull(LINE, ours({ author: ALICE }))).toBeUndefined();
    expect(checkReleasePull(LINE, ours({ body: "Bump a from 1 to 2" }))).toBeUndefined();
    expect(checkReleasePull({ ...LINE, repositoryId: 43 }, ours())).toBeUndefined();
  });
});

describe("the size limit", () => {
  it("holds no release pull of ours, and every pull that only says so", () => {
    expect(exemptReleasePull(ours(), LINE)).toBe(
      "it brings the files of `v1.4.3`, as the policy asks",
    );
    expect(exemptReleasePull(ours({ author: ALICE }), LINE)).toBeNull();
    expect(exemptReleasePull(ours({ isFork: true }), LINE)).toBeNull();
    expect(exemptReleasePull(ours({ body: "Bump a from 1 to 2" }), LINE)).toBeNull();
  });
});
