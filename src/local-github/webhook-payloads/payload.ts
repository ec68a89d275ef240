import type { GitHub } from "../github.ts";
import type { QueueEntry } from "../queue-entry.ts";
import { renderAccount } from "../render/account.ts";
import { renderCheckRunEvent, renderCheckSuiteEvent, renderSimpleCommit } from "../render/check.ts";
import { renderRelease } from "../render/release.ts";
import type { WorldEvent } from "../world-event.ts";
import type { Account, Repository } from "../world.ts";
import { renderEnvelope, renderOrganization } from "./envelope.ts";
import { renderInstallationEvent } from "./installation.ts";
import { renderCommentEvent, renderIssueEvent } from "./issues.ts";
import { renderPullEvent, renderReviewEvent } from "./pull-request.ts";
import { renderPush, renderRefEvent } from "./push.ts";
import { required } from "./required.ts";
import { renderStatusEvent } from "./status.ts";

/**
 * The payload of an event as GitHub words it, but for the mark of the installation. Everything that
 * can change later is read before the first wait, so that it tells of the moment of the event.
 */
export async function renderPayload(github: GitHub, event: WorldEvent): Promise<object> {
  const { name, action, senderId, detail } = event;
  const spoken = action === null ? {} : { action };
  if (event.appId !== undefined) {
    return { ...spoken, sender: renderAccount(github, github.account(senderId)) };
  }
  if (event.repositoryId === null) {
    return { ...spoken, ...renderInstallationEvent(github, senderId, detail) };
  }
  const repository = github.repository(event.repositoryId);
  if (repository === null) throw new Error(`${name}: no repository ${event.repositoryId}.`);
  if (name === "push") return renderPush(github, repository, senderId, required(detail, "push"));
  if (name === "create" || name === "delete") {
    return renderRefEvent(github, repository, senderId, { name, detail });
  }
  const envelope = renderEnvelope(github, repository, senderId);
  return { ...spoken, ...(await renderSubject(github, repository, event)), ...envelope };
}

/** What happened, without repository and sender. */
function renderSubject(
  github: GitHub,
  repository: Repository,
  { name, detail }: WorldEvent,
): object | Promise<object> {
  switch (name) {
    case "pull_request":
      return renderPullEvent(github, repository, detail);
    case "pull_request_review":
      return renderReviewEvent(github, repository, detail);
    case "issues":
      return renderIssueEvent(github, repository, detail);
    case "issue_comment":
      return renderCommentEvent(github, repository, detail);
    case "check_run": {
      const run = required(detail, "checkRun");
      const { pressed } = detail;
      return {
        check_run: renderCheckRunEvent(github, repository, run),
        ...(pressed === undefined ? {} : { requested_action: { identifier: pressed } }),
      };
    }
    case "check_suite": {
      const suite = renderCheckSuiteEvent(github, repository, required(detail, "checkSuite"));
      return suite.then((rendered) => ({ check_suite: rendered }));
    }
    case "merge_group":
      return renderGroupEvent(github, required(detail, "queueEntry"));
    case "status":
      return renderStatusEvent(github, repository, required(detail, "status"));
    case "release":
      return {
        release: renderRelease(github, repository, required(detail, "release")),
        ...(detail.changes === undefined ? {} : { changes: detail.changes }),
      };
    case "repository_dispatch":
      return { branch: repository.defaultBranch, client_payload: detail.clientPayload ?? null };
    case "repository":
      return renderRepositoryChanges(github, detail);
    default:
      throw new Error(`No payload is known for the event ${name}.`);
  }
}

async function renderGroupEvent(github: GitHub, entry: QueueEntry): Promise<object> {
  return {
    merge_group: {
      head_sha: entry.headSha,
      head_ref: entry.headRef,
      base_sha: entry.baseSha,
      base_ref: `refs/heads/${entry.baseRef}`,
      head_commit: await renderSimpleCommit(github, entry.repositoryId, entry.headSha),
    },
  };
}

function renderRepositoryChanges(
  github: GitHub,
  { changes, transferredFrom }: WorldEvent["detail"],
): object {
  if (transferredFrom !== undefined) {
    return { changes: { owner: { from: renderFormerOwner(github, transferredFrom) } } };
  }
  return changes === undefined ? {} : { changes };
}

function renderFormerOwner(github: GitHub, account: Account): object {
  return account.type === "Organization"
    ? { organization: renderOrganization(github, account) }
    : { user: renderAccount(github, account) };
}
