import { describe, expect, it } from "@jest/globals";
import { validate } from "@octokit/graphql-schema";
import * as checkDocuments from "../../src/github/check-documents.ts";
import * as clockDocuments from "../../src/github/clock-documents.ts";
import * as doctorDocuments from "../../src/github/doctor-documents.ts";
import * as documents from "../../src/github/documents.ts";
import * as doorDocuments from "../../src/github/door-documents.ts";
import * as exceptionDocuments from "../../src/github/exception-documents.ts";
import * as fileDocuments from "../../src/github/file-documents.ts";
import * as proposalDocuments from "../../src/github/proposal-documents.ts";
import * as restorationDocuments from "../../src/github/restoration-documents.ts";
import * as rollbackDocuments from "../../src/github/rollback-documents.ts";
import * as signalDocuments from "../../src/github/signal-documents.ts";
import * as userDocuments from "../../src/github/user-documents.ts";
import * as versionFileDocuments from "../../src/github/version-file-documents.ts";

const all: [name: string, document: string][] = Object.entries({
  ...documents,
  ...doctorDocuments,
  ...proposalDocuments,
  ...checkDocuments,
  ...clockDocuments,
  ...doorDocuments,
  ...exceptionDocuments,
  ...fileDocuments,
  ...rollbackDocuments,
  ...restorationDocuments,
  ...signalDocuments,
  ...userDocuments,
  ...versionFileDocuments,
}).flatMap(([name, document]) =>
  typeof document === "string"
    ? [[name, document]]
    : [1, 2, 10].map((count) => [`${name}(${count})`, document(count)]),
);

describe("GraphQL documents", () => {
  it.each(all)("%s is valid in GitHub's published schema", (_, document) => {
    expect(validate(document)).toEqual([]);
  });

  it("would be found wrong with a field that GitHub does not have", () => {
    expect(validate(documents.READ_TAGS.replace("endCursor", "lastCursor"))).not.toEqual([]);
  });

  it("change nothing but by comments, labels, one commit with an expected head, and our pull", () => {
    const mutations = all.filter(([, document]) => /^\s*mutation\b/.test(document));
    expect(mutations.map(([name]) => name.split("(")[0])).toEqual([
      ...Array.from({ length: 3 }, () => "formatComments"),
      "REMOVE_LABELS",
      "CONVERT_TO_DRAFT",
      "ENQUEUE_PULL",
      "MARK_READY",
      "COMMIT_FILES",
    ]);
  });
});
