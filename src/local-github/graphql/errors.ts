import type { GraphQLError, GraphQLFormattedError } from "graphql";
import { HttpError } from "../context.ts";
import type { Actor } from "../permission.ts";

/** The `type` that stands beside GitHub's messages. */
export type FailureType =
  | "NOT_FOUND"
  | "FORBIDDEN"
  | "UNPROCESSABLE"
  | "STALE_DATA"
  | "BRANCH_PROTECTION_RULE_VIOLATION"
  | "MISSING_PAGINATION_BOUNDARIES"
  | "EXCESSIVE_PAGINATION"
  | "INVALID_CURSOR_ARGUMENTS"
  | "NOT_IMPLEMENTED";

/** An error of one field: the field becomes null and the rest of the answer stands. */
export class Failure extends Error {
  readonly type: FailureType;

  constructor(type: FailureType, message: string) {
    super(message);
    this.type = type;
  }
}

export function notFound(what: string): Failure {
  return new Failure("NOT_FOUND", `Could not resolve to ${what}.`);
}

/** A missing right, worded for Apps and for people as GitHub does. */
export function forbidden(actor: Actor): Failure {
  const isOwnToken = actor.kind === "user" && actor.token.appId === undefined;
  const by = isOwnToken ? "personal access token" : "integration";
  return new Failure("FORBIDDEN", `Resource not accessible by ${by}`);
}

const TYPE_BY_STATUS: Record<number, FailureType> = {
  403: "FORBIDDEN",
  404: "NOT_FOUND",
  409: "STALE_DATA",
};

/** The field error that says what a REST answer would have said. */
function fromHttp(error: HttpError): Failure {
  const details = (error.body.errors ?? []).flatMap((each) =>
    typeof each === "object" && each !== null && "message" in each ? [String(each.message)] : [],
  );
  return new Failure(
    TYPE_BY_STATUS[error.status] ?? "UNPROCESSABLE",
    details[0] ?? error.body.message,
  );
}

/** `extensions` of errors that the validation found, and `type` of those of a field. */
export interface WrittenError extends GraphQLFormattedError {
  readonly type?: FailureType;
}

const UNKNOWN_TYPE = /^Unknown type "(\w+)"/;
const UNDEFINED_FIELD = /^Cannot query field "(\w+)" on type "(\w+)"/;

/** An error as it stands in the answer. Bugs of the local GitHub are thrown, not worded. */
export function writeError(error: GraphQLError): WrittenError {
  const { message, locations, path } = error.toJSON();
  const place = { ...(locations ? { locations } : {}), ...(path ? { path } : {}) };
  const original = error.originalError;
  const failure = original instanceof HttpError ? fromHttp(original) : original;
  if (failure instanceof Failure) {
    return { type: failure.type, ...place, message: failure.message };
  }
  const unknown = UNKNOWN_TYPE.exec(message)?.[1];
  if (unknown !== undefined) {
    return {
      ...place,
      extensions: { code: "undefinedType", typeName: unknown },
      message: `No such type ${unknown}, so it can't be a fragment condition`,
    };
  }
  const [, fieldName, typeName] = UNDEFINED_FIELD.exec(message) ?? [];
  if (fieldName === undefined || typeName === undefined) return { ...place, message };
  return {
    ...place,
    extensions: { code: "undefinedField", typeName, fieldName },
    message: `Field '${fieldName}' doesn't exist on type '${typeName}'`,
  };
}
