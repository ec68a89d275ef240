import type { Signature } from "./git-object.ts";
import type { GitHub } from "./github.ts";
import type { Account } from "./world.ts";

const NOREPLY = "users.noreply.github.com";

/** What GitHub puts as committer on everything that it commits itself. */
export function webFlowSignature(at: Date): Signature {
  return { name: "GitHub", email: "noreply@github.com", date: at.toISOString() };
}

export function accountAddress(account: Account): string {
  return account.email ?? `${account.id}+${account.login}@${NOREPLY}`;
}

export function signatureOf(account: Account, at: Date): Signature {
  return {
    name: account.name ?? account.login,
    email: accountAddress(account),
    date: at.toISOString(),
  };
}

/** Whose address it is: set at the account, or GitHub's `ID+login@users.noreply...`. */
export function accountByAddress(github: GitHub, address: string): Account | null {
  const wanted = address.toLowerCase();
  const found = github.data.accounts.find((account) => account.email?.toLowerCase() === wanted);
  if (found !== undefined) return found;
  if (!wanted.endsWith(`@${NOREPLY}`)) return null;
  const name = wanted.slice(0, -NOREPLY.length - 1);
  const [id = "", login] = name.split("+");
  const account = github.accountByLogin(login ?? id);
  return account === null || login === undefined || String(account.id) === id ? account : null;
}
