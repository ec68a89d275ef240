import { GraphQLError, parse } from "graphql";
import { validateDocument } from "../../src/local-github/graphql/schema.ts";

/** What GitHub's published schema says against one GraphQL document, as sentences. */
export function checkGraphql(document: string): string[] {
  try {
    return validateDocument(parse(document)).map((error) => error.message);
  } catch (error) {
    if (error instanceof GraphQLError) return [error.message];
    throw error;
  }
}
