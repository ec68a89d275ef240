import { openAppSession, openTokenSession } from "../../compose.ts";
import type { AppSession } from "../../compose.ts";
import type { Told } from "../../core/failure-cases/case-text.ts";
import type { CaseFound } from "../../core/failure-cases/find-cases.ts";
import { AppError, invariant } from "../../errors.ts";
import type { FailureCaseSeen } from "../../github/failure-case-reading.ts";
import { readSettings } from "../../settings.ts";
import type { CaseFacts } from "./write.ts";

/** Asks GitHub about one case. */
export type AskGitHub = (found: CaseFound) => Promise<CaseFacts>;

/** As the App, or else with a token. Throws `usage/invalid` where there is neither. */
export async function openAsking({
  owner,
  name,
}: {
  readonly owner: string;
  readonly name: string;
}): Promise<AskGitHub> {
  const { readFailureCase, repository } = await openSession(owner, name);
  return async (found) => {
    const { tag } = found.bad;
    invariant(tag !== null, "a case is of a release");
    return factsOf(
      found,
      await readFailureCase(repository, { bad: tag.tag.sha, fix: found.fix.sha }),
    );
  };
}

async function openSession(
  owner: string,
  name: string,
): Promise<Pick<AppSession, "readFailureCase" | "repository">> {
  const settings = readSettings(process.env);
  const { appId, privateKey, token } = settings;
  if (appId !== null && privateKey !== null) {
    return openAppSession({ ...settings, appId, privateKey }, owner, name);
  }
  if (token !== null) {
    const session = openTokenSession({ ...settings, token });
    const { readFailureCase } = session;
    return { ...(await session.find(owner, name)), readFailureCase };
  }
  const message = `To ask GitHub about ${owner}/${name} set GITHUB_TOKEN, or APP_ID and PRIVATE_KEY of your App; or leave the name out`;
  throw new AppError("usage/invalid", message, { retry: { kind: "never" } });
}

/** The issues tell what was wrong; where there are none, the pull of the fix does. */
function factsOf(found: CaseFound, { checks, pull, issues }: FailureCaseSeen): CaseFacts {
  const told = issues.map(({ number, title, body }): Told => {
    return { from: `issue #${number}`, title, body };
  });
  const ofPull =
    pull === null
      ? []
      : [{ from: `pull request #${pull.number}`, title: pull.title, body: pull.body }];
  return {
    issues: issues.map(({ number, url, title, openedAt }) => {
      return { number, url, title, openedAt: new Date(openedAt).toISOString() };
    }),
    checks: checks === null ? null : checks.map((check) => ({ ...check })),
    told: told.length > 0 ? told : ofPull,
    isOfFix: told.length === 0,
    evidence: issues.flatMap((issue) => namesRelease(found, issue)),
  };
}

/** A report that came after the release, and has its version in it. */
function namesRelease(
  { bad }: CaseFound,
  { number, title, body, openedAt }: FailureCaseSeen["issues"][number],
): CaseFacts["evidence"] {
  const { tag } = bad;
  if (tag === null || openedAt < tag.tag.at) return [];
  const [before, after] = [String.raw`(?<![\w.])v?`, String.raw`(?![\w-]|\.\d)`];
  const version = tag.version.replaceAll(".", String.raw`\.`);
  const isNamed = new RegExp(`${before}${version}${after}`).test(`${title}\n${body}`);
  return isNamed ? [{ sure: "inferred", by: "issue-names-release", what: `#${number}` }] : [];
}
