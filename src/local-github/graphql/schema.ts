import { readFileSync } from "node:fs";
import { findPackageJSON } from "node:module";
import { dirname, join } from "node:path";
import {
  buildSchema,
  OverlappingFieldsCanBeMergedRule,
  specifiedRules,
  validate,
  type DocumentNode,
  type GraphQLError,
  type GraphQLSchema,
} from "graphql";

let loaded: GraphQLSchema | null = null;

/**
 * GitHub's published schema, built on first use (about 0.3 s). It is taken as valid unseen: it
 * declares two fields of EnterpriseOwnerInfo twice, which a checking build refuses.
 */
export function loadSchema(): GraphQLSchema {
  if (loaded === null) {
    // The package exports only its code, which builds a second schema when it is imported.
    const home = findPackageJSON("@octokit/graphql-schema", import.meta.url);
    if (home === undefined) throw new Error("@octokit/graphql-schema is not installed");
    const text = readFileSync(join(dirname(home), "schema.graphql"), "utf8");
    loaded = buildSchema(text, { assumeValidSDL: true });
  }
  return loaded;
}

/**
 * What GitHub would say against a document before it runs it. GitHub takes fields of different
 * types under one name in sibling fragments, which the rule of the specification refuses.
 */
export function validateDocument(document: DocumentNode): readonly GraphQLError[] {
  const rules = specifiedRules.filter((rule) => rule !== OverlappingFieldsCanBeMergedRule);
  return validate(loadSchema(), document, rules);
}
