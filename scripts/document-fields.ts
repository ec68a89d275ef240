import { parse, TypeInfo, visit, visitWithTypeInfo } from "graphql";
import * as checkDocuments from "../src/github/check-documents.ts";
import * as clockDocuments from "../src/github/clock-documents.ts";
import * as deskDocuments from "../src/github/desk-documents.ts";
import * as doctorDocuments from "../src/github/doctor-documents.ts";
import * as documents from "../src/github/documents.ts";
import * as doorDocuments from "../src/github/door-documents.ts";
import * as exceptionDocuments from "../src/github/exception-documents.ts";
import * as failureCaseDocuments from "../src/github/failure-case-documents.ts";
import * as fileDocuments from "../src/github/file-documents.ts";
import * as ourIssueDocuments from "../src/github/our-issue-documents.ts";
import * as proposalDocuments from "../src/github/proposal-documents.ts";
import * as restorationDocuments from "../src/github/restoration-documents.ts";
import * as rollbackDocuments from "../src/github/rollback-documents.ts";
import * as signalDocuments from "../src/github/signal-documents.ts";
import * as userDocuments from "../src/github/user-documents.ts";
import * as versionFileDocuments from "../src/github/version-file-documents.ts";
import { loadSchema } from "../src/local-github/graphql/schema.ts";

/** One GraphQL document of ours: `query ObserveLine`, and what it touches. */
export interface DocumentFields {
  readonly name: string;
  /** Fields by the type they are of, both sorted; pages of lists are left out. */
  readonly types: ReadonlyMap<string, readonly string[]>;
}

const PAGING = /Connection$|^PageInfo$/;

/** What every document asks for, by GitHub's published schema. */
export function readDocumentFields(): readonly DocumentFields[] {
  return Object.values({
    ...documents,
    ...doctorDocuments,
    ...proposalDocuments,
    ...checkDocuments,
    ...clockDocuments,
    ...doorDocuments,
    ...deskDocuments,
    ...exceptionDocuments,
    ...failureCaseDocuments,
    ...fileDocuments,
    ...ourIssueDocuments,
    ...rollbackDocuments,
    ...restorationDocuments,
    ...signalDocuments,
    ...userDocuments,
    ...versionFileDocuments,
  }).map((made) => readFields(typeof made === "string" ? made : made(1)));
}

function readFields(text: string): DocumentFields {
  const info = new TypeInfo(loadSchema());
  const found = new Map<string, Set<string>>();
  let name = "";
  visit(
    parse(text),
    visitWithTypeInfo(info, {
      OperationDefinition: (node) => {
        name = `${node.operation} ${node.name?.value ?? ""}`;
      },
      Field: (node) => {
        const type = info.getParentType()?.name ?? "";
        if (node.name.value === "__typename" || PAGING.test(type)) return;
        found.set(type, (found.get(type) ?? new Set()).add(node.name.value));
      },
    }),
  );
  const sorted = [...found].map(([type, fields]) => [type, [...fields].toSorted()] as const);
  return { name, types: new Map(sorted.toSorted(([left], [right]) => (left < right ? -1 : 1))) };
}
