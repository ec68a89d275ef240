import {
  execute,
  getNamedType,
  getOperationAST,
  GraphQLError,
  Kind,
  OperationTypeNode,
  parse,
  type DocumentNode,
  type ExecutionResult,
  type GraphQLFieldResolver,
  type GraphQLResolveInfo,
  type SelectionSetNode,
} from "graphql";
import { HttpError } from "../context.ts";
import type { GitHub } from "../github.ts";
import type { Actor } from "../permission.ts";
import { checkBounds, type PageArguments } from "./connection.ts";
import { Failure, writeError, type WrittenError } from "./errors.ts";
import type { GitReads } from "./git-reads.ts";
import { MutationRoot } from "./mutations.ts";
import { makeScope } from "./nodes.ts";
import { QueryRoot } from "./query.ts";
import { loadSchema, validateDocument } from "./schema.ts";

export interface GraphqlRequest {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly operationName: string | null;
}

export interface GraphqlAnswer {
  data?: unknown;
  errors?: WrittenError[];
}

/** Documents that were found valid; clients send few different ones again and again. */
const DOCUMENTS_MAX = 500;

const documents = new Map<string, DocumentNode>();

class InvalidDocument extends Error {
  readonly errors: readonly GraphQLError[];

  constructor(errors: readonly GraphQLError[]) {
    super("The document is not valid");
    this.errors = errors;
  }
}

/** Throws what is wrong with a document that GitHub would not run. */
function readDocument(query: string, missing: readonly string[]): DocumentNode {
  const key = `${missing.join(" ")}\n${query}`;
  const known = documents.get(key);
  if (known !== undefined) return known;
  const document = parse(query);
  const errors = validateDocument(document, missing);
  if (errors.length > 0) throw new InvalidDocument(errors);
  if (documents.size >= DOCUMENTS_MAX) documents.clear();
  documents.set(key, document);
  return document;
}

/** Names of the fields that are asked of a field's value, in fragments too. */
function subfields(info: GraphQLResolveInfo, sets: readonly (SelectionSetNode | undefined)[]) {
  const names = new Set<string>();
  for (const selection of sets.flatMap((set) => set?.selections ?? [])) {
    if (selection.kind === Kind.FIELD) {
      names.add(selection.name.value);
      continue;
    }
    const fragment =
      selection.kind === Kind.FRAGMENT_SPREAD ? info.fragments[selection.name.value] : selection;
    for (const name of subfields(info, [fragment?.selectionSet])) names.add(name);
  }
  return names;
}

function checkConnection(args: PageArguments, info: GraphQLResolveInfo): void {
  if (!getNamedType(info.returnType).name.endsWith("Connection")) return;
  const asked = subfields(
    info,
    info.fieldNodes.map((node) => node.selectionSet),
  );
  const isCountOnly = !["nodes", "edges", "pageInfo"].some((name) => asked.has(name));
  checkBounds(info.fieldName, args, isCountOnly);
}

/** A field that GitHub has and this server has not is said aloud instead of null. */
const resolveField: GraphQLFieldResolver<unknown, unknown> = (source, args, context, info) => {
  if (typeof source !== "object" || source === null || !(info.fieldName in source)) {
    throw new Failure(
      "NOT_IMPLEMENTED",
      `The local GitHub has no field '${info.fieldName}' on '${info.parentType.name}'`,
    );
  }
  checkConnection(args, info);
  const value: unknown = Reflect.get(source, info.fieldName);
  return typeof value === "function" ? Reflect.apply(value, source, [args, context, info]) : value;
};

/** Runs one request for a sender. Throws bugs of the local GitHub; all else stands in the answer. */
export async function runGraphql(
  github: GitHub,
  actor: Actor,
  reads: GitReads,
  request: GraphqlRequest,
): Promise<GraphqlAnswer> {
  let document: DocumentNode;
  try {
    document = readDocument(request.query, github.profile.missingNames);
  } catch (error) {
    if (error instanceof GraphQLError) return { errors: [writeError(error)] };
    if (error instanceof InvalidDocument) return { errors: error.errors.map(writeError) };
    throw error;
  }
  const scope = makeScope(github, actor, reads);
  const operation = getOperationAST(document, request.operationName)?.operation;
  const result = await execute({
    schema: loadSchema(github.profile.missingNames),
    document,
    rootValue:
      operation === OperationTypeNode.MUTATION ? new MutationRoot(scope) : new QueryRoot(scope),
    variableValues: request.variables,
    operationName: request.operationName,
    fieldResolver: resolveField,
  });
  return writeAnswer(result);
}

function writeAnswer(result: ExecutionResult): GraphqlAnswer {
  const errors = result.errors ?? [];
  for (const { originalError } of errors) {
    const isWorded =
      originalError === undefined ||
      originalError instanceof Failure ||
      originalError instanceof HttpError ||
      originalError instanceof GraphQLError;
    if (!isWorded) throw originalError;
  }
  return {
    ...("data" in result ? { data: result.data } : {}),
    ...(errors.length > 0 ? { errors: errors.map(writeError) } : {}),
  };
}
