import { readFileSync } from "node:fs";
import { findPackageJSON } from "node:module";
import { dirname, join } from "node:path";
import {
  buildASTSchema,
  Kind,
  OverlappingFieldsCanBeMergedRule,
  parse,
  specifiedRules,
  validate,
  type DefinitionNode,
  type DocumentNode,
  type GraphQLError,
  type GraphQLSchema,
} from "graphql";

const loaded = new Map<string, GraphQLSchema>();

/**
 * GitHub's published schema, built on first use (about 0.3 s), without `missing`: fields such as
 * `Ref.rules`, and types. It is taken as valid unseen: it declares two fields of EnterpriseOwnerInfo
 * twice, which a checking build refuses.
 */
export function loadSchema(missing: readonly string[] = []): GraphQLSchema {
  const key = missing.join(" ");
  const known = loaded.get(key);
  if (known !== undefined) return known;
  // The package exports only its code, which builds a second schema when it is imported.
  const home = findPackageJSON("@octokit/graphql-schema", import.meta.url);
  if (home === undefined) throw new Error("@octokit/graphql-schema is not installed");
  const text = readFileSync(join(dirname(home), "schema.graphql"), "utf8");
  const published = parse(text, { noLocation: true });
  const document = missing.length === 0 ? published : without(published, new Set(missing));
  const schema = buildASTSchema(document, { assumeValidSDL: true });
  loaded.set(key, schema);
  return schema;
}

function without(document: DocumentNode, missing: ReadonlySet<string>): DocumentNode {
  const definitions = document.definitions.flatMap((definition): DefinitionNode[] => {
    if (definition.kind === Kind.UNION_TYPE_DEFINITION) {
      const types = definition.types?.filter(({ name }) => !missing.has(name.value)) ?? [];
      return [{ ...definition, types }];
    }
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION) return [definition];
    const type = definition.name.value;
    if (missing.has(type)) return [];
    const fields = definition.fields?.filter(({ name }) => !missing.has(`${type}.${name.value}`));
    return [{ ...definition, fields: fields ?? [] }];
  });
  return { ...document, definitions };
}

/**
 * What GitHub would say against a document before it runs it. GitHub takes fields of different
 * types under one name in sibling fragments, which the rule of the specification refuses.
 */
export function validateDocument(
  document: DocumentNode,
  missing: readonly string[] = [],
): readonly GraphQLError[] {
  const rules = specifiedRules.filter((rule) => rule !== OverlappingFieldsCanBeMergedRule);
  return validate(loadSchema(missing), document, rules);
}
