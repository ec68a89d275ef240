import { readObject, readString } from "./body.ts";
import { HttpError } from "./context.ts";
import type { Signature } from "./git-object.ts";
import type { GitHub } from "./github.ts";
import { signatureOf, webFlowSignature } from "./signature.ts";
import type { Account } from "./world.ts";

export interface Signatures {
  author: Signature;
  committer: Signature;
  /** Nobody else was named: GitHub itself commits for the account. */
  isOwn: boolean;
}

/** `author` and `committer` of a body. The committer is the author where only that one is named. */
export function readSignatures(
  github: GitHub,
  account: Account,
  body: Record<string, unknown>,
): Signatures {
  const now = github.now();
  const own = signatureOf(account, now);
  const author = readSignature(body, "author", own);
  const committer = readSignature(body, "committer", own);
  return {
    author: author ?? committer ?? own,
    committer: committer ?? author ?? webFlowSignature(now),
    isOwn: author === null && committer === null,
  };
}

function readSignature(
  body: Record<string, unknown>,
  field: string,
  own: Signature,
): Signature | null {
  const value = readObject(body, field);
  if (value === undefined) return null;
  const date = readString(value, "date") ?? own.date;
  if (Number.isNaN(Date.parse(date))) {
    throw new HttpError(422, { message: `Invalid request.\n\n${date} is not a valid date.` });
  }
  return {
    name: readString(value, "name") ?? own.name,
    email: readString(value, "email") ?? own.email,
    date,
  };
}
