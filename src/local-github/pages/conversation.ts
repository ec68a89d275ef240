import { html } from "hono/html";
import { commentsOf } from "../comments.ts";
import type { Issue, Review, TimelineEvent } from "../world.ts";
import type { Html } from "./layout.ts";
import { renderMarkdown } from "./markdown.ts";
import { renderAccount, renderLabels, renderSha, renderTime } from "./sign.ts";
import type { View } from "./view.ts";

interface Entry {
  readonly at: string;
  readonly id: number;
  readonly content: Html;
}

/** The body of an issue or pull, then comments, reviews and events in the order they happened. */
export function renderConversation(view: View, issue: Issue): Html {
  const { github } = view;
  const entries: Entry[] = [
    ...commentsOf(github, issue).map((comment) => ({
      at: comment.createdAt,
      id: comment.id,
      content: renderText(view, {
        anchor: `issuecomment-${comment.id}`,
        authorId: comment.authorId,
        verb: "commented",
        at: comment.createdAt,
        isEdited: comment.updatedAt !== comment.createdAt,
        body: comment.body,
      }),
    })),
    ...github.data.reviews
      .filter((review) => isSubmitted(review, issue))
      .map((review) => ({
        at: review.submittedAt,
        id: review.id,
        content: renderReview(view, review),
      })),
    ...issue.timeline
      .filter((event) => event.event !== "closed" || !issue.pull?.merged)
      .map((event) => ({
        at: event.createdAt,
        id: event.id,
        content: renderEvent(view, event.actorId, event.createdAt, describeEvent(view, event)),
      })),
  ];
  return html`${renderText(view, {
    anchor: `issue-${issue.id}`,
    authorId: issue.authorId,
    verb: "opened this",
    at: issue.createdAt,
    isEdited: false,
    body: issue.body ?? "",
  })}
  ${entries
    .toSorted((a, b) => a.at.localeCompare(b.at) || a.id - b.id)
    .map((entry) => entry.content)}`;
}

/** A pending review is its author's own until it is submitted. */
function isSubmitted(review: Review, issue: Issue): boolean {
  return (
    review.repositoryId === issue.repositoryId &&
    review.pullNumber === issue.number &&
    review.state !== "PENDING"
  );
}

const REVIEW_VERBS: Record<Review["state"], string> = {
  APPROVED: "approved these changes",
  CHANGES_REQUESTED: "requested changes",
  COMMENTED: "reviewed",
  DISMISSED: "gave a review, since dismissed,",
  PENDING: "began a review",
};

interface Text {
  readonly anchor: string;
  readonly authorId: number;
  readonly verb: string;
  readonly at: string;
  readonly isEdited: boolean;
  readonly body: string;
}

function renderText(view: View, text: Text): Html {
  const { github } = view;
  return html`<article class="box" id="${text.anchor}">
    <div class="head">
      ${renderAccount(github, text.authorId)} ${text.verb}
      <a class="quiet" href="#${text.anchor}">${renderTime(text.at, github.now())}</a>
      ${text.isEdited ? "· edited" : ""}
    </div>
    <div class="inside prose">
      ${
        text.body.trim() === ""
          ? html`<p class="quiet">No description.</p>`
          : renderMarkdown(text.body, view.references)
      }
    </div>
  </article>`;
}

/** An approval without a word takes one line. */
function renderReview(view: View, review: Review): Html {
  const anchor = `pullrequestreview-${review.id}`;
  const verb = REVIEW_VERBS[review.state];
  if (review.body.trim() === "") {
    const words = html`<span id="${anchor}">${verb}</span>`;
    return renderEvent(view, review.authorId, review.submittedAt, words);
  }
  return renderText(view, {
    anchor,
    authorId: review.authorId,
    verb,
    at: review.submittedAt,
    isEdited: false,
    body: review.body,
  });
}

function renderEvent(view: View, actorId: number, at: string, words: Html): Html {
  const { github } = view;
  return html`<p class="event small quiet">
    ${renderAccount(github, actorId)} ${words} ${renderTime(at, github.now())}
  </p>`;
}

function describeEvent(view: View, event: TimelineEvent): Html {
  const label = event.label === undefined ? [] : renderLabels(view.repository, [event.label]);
  switch (event.event) {
    case "labeled":
      return html`added the label ${label}`;
    case "unlabeled":
      return html`removed the label ${label}`;
    case "merged":
      return event.commitSha === undefined
        ? html`merged this`
        : html`merged this as ${renderSha(view, event.commitSha)}`;
    case "closed":
      return event.commitSha === undefined
        ? html`closed this`
        : html`closed this with ${renderSha(view, event.commitSha)}`;
    case "reopened":
      return html`opened this again`;
    case "head_ref_force_pushed":
      return html`forced the branch to another commit`;
    case "ready_for_review":
      return html`marked this as ready for review`;
    case "convert_to_draft":
      return html`marked this as a draft`;
    case "marked_as_duplicate":
      return html`marked this as a duplicate of #${event.canonical ?? 0}`;
    case "unmarked_as_duplicate":
      return html`marked this as no duplicate`;
    case "renamed":
      return event.rename === undefined
        ? html`changed the title`
        : html`changed the title from “${event.rename.from}” to “${event.rename.to}”`;
  }
}
