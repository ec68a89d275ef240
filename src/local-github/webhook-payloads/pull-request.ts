import type { GitHub } from "../github.ts";
import { isPull } from "../pull-heads.ts";
import { renderPull, renderReview } from "../render/pull.ts";
import type { EventDetail } from "../world-event.ts";
import type { Issue, Repository } from "../world.ts";
import { renderIssueChange } from "./issues.ts";
import { required } from "./required.ts";

export async function renderPullEvent(github: GitHub, repository: Repository, detail: EventDetail) {
  const { before, after } = detail;
  const issue = required(detail, "issue");
  const change = renderIssueChange(github, repository, detail);
  return {
    number: issue.number,
    pull_request: await renderPullNow(github, repository, issue),
    ...(before ? { before } : {}),
    ...(after === undefined ? {} : { after }),
    ...change,
  };
}

export async function renderReviewEvent(
  github: GitHub,
  repository: Repository,
  detail: EventDetail,
) {
  const review = renderReview(github, repository, required(detail, "review"), true);
  const pull = await renderPullNow(github, repository, required(detail, "issue"));
  return { review, pull_request: pull };
}

/** As it is at the call: sizes take a while to be read, and the pull may change meanwhile. */
function renderPullNow(github: GitHub, repository: Repository, issue: Issue) {
  const now = structuredClone(issue);
  if (!isPull(now)) throw new Error(`Issue ${issue.id} is not a pull.`);
  return renderPull(github, repository, now);
}
