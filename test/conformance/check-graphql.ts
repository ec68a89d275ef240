import { GraphQLError, parse } from "graphql";
import { validateDocument } from "../../src/local-github/graphql/schema.ts";

/** By document: a program asks the same few again and again. */
const judged = new Map<string, readonly string[]>();

/** What GitHub's published schema says against one GraphQL document, as sentences. */
export function checkGraphql(document: string): readonly string[] {
  const known = judged.get(document);
  if (known !== undefined) return known;
  const sentences = judge(document);
  judged.set(document, sentences);
  return sentences;
}

function judge(document: string): readonly string[] {
  try {
    return validateDocument(parse(document)).map((error) => error.message);
  } catch (error) {
    if (error instanceof GraphQLError) return [error.message];
    throw error;
  }
}
