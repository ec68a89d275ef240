import type { DescriptionName, Json } from "./description.ts";

/** A place where GitHub's own description is wrong about GitHub. */
export interface DescriptionException {
  readonly description: DescriptionName;
  /** JSON pointer of what is replaced. */
  readonly pointer: string;
  /** What the description says there. Where it says something else, this entry is out of date. */
  readonly published: Json;
  readonly actual: Json;
  /** How GitHub really answers, and how we know. */
  readonly reason: string;
  /**
   * A schema (its name, or the JSON pointer of one without a name) and a value that GitHub answers;
   * the published description refuses it.
   */
  readonly evidence: { readonly schema: string; readonly value: Json };
}

/** Events that an App may subscribe to, as three webhooks about issues list them. */
const DATED_EVENTS: readonly string[] = [
  "branch_protection_rule",
  "check_run",
  "check_suite",
  "code_scanning_alert",
  "commit_comment",
  "content_reference",
  "create",
  "delete",
  "deployment",
  "deployment_review",
  "deployment_status",
  "deploy_key",
  "discussion",
  "discussion_comment",
  "fork",
  "gollum",
  "issues",
  "issue_comment",
  "label",
  "member",
  "membership",
  "milestone",
  "organization",
  "org_block",
  "page_build",
  "project",
  "project_card",
  "project_column",
  "public",
  "pull_request",
  "pull_request_review",
  "pull_request_review_comment",
  "push",
  "registry_package",
  "release",
  "repository",
  "repository_dispatch",
  "secret_scanning_alert",
  "star",
  "status",
  "team",
  "team_add",
  "watch",
  "workflow_dispatch",
  "workflow_run",
  "security_and_analysis",
];

/** As the webhooks of moved and pinned issues list them. */
const OLDER_EVENTS = DATED_EVENTS.filter((name) => name !== "security_and_analysis");

function datedEvents(schema: string, published: readonly string[]): DescriptionException {
  return {
    description: "openapi-webhooks",
    pointer: `${schema}/enum`,
    published: [...published],
    actual: [...published, "merge_group"],
    reason:
      "An App may subscribe to merge_group, as the lists of the check_suite webhooks say; these " +
      "lists of the same thing are older.",
    evidence: { schema, value: "merge_group" },
  };
}

const APP_EVENTS = "properties/performed_via_github_app/properties/events/items";

export const EXCEPTIONS: readonly DescriptionException[] = [
  datedEvents(`/schemas/webhook-issues-opened/properties/issue/${APP_EVENTS}`, [
    ...DATED_EVENTS,
    "pull_request_review_thread",
    "reminder",
  ]),
  datedEvents(`/schemas/webhook-issues-edited/properties/issue/${APP_EVENTS}`, [
    ...DATED_EVENTS,
    "pull_request_review_thread",
    "reminder",
  ]),
  datedEvents(`/schemas/webhook-issues-closed/properties/issue/allOf/0/${APP_EVENTS}`, [
    ...DATED_EVENTS,
    "reminder",
    "pull_request_review_thread",
  ]),
  datedEvents(`/schemas/webhooks_issue_2/${APP_EVENTS}`, OLDER_EVENTS),
  datedEvents(
    `/schemas/webhook-issues-transferred/properties/changes/properties/new_issue/${APP_EVENTS}`,
    OLDER_EVENTS,
  ),
  datedEvents(`/schemas/webhook-issues-deleted/properties/issue/${APP_EVENTS}`, [
    ...OLDER_EVENTS,
    "reminder",
  ]),
  ...["created", "edited"].map((action) =>
    datedEvents(`/schemas/webhook-issue-comment-${action}/properties/issue/allOf/0/${APP_EVENTS}`, [
      ...OLDER_EVENTS,
      "reminder",
      "pull_request_review_thread",
    ]),
  ),
  {
    description: "openapi",
    pointer:
      "/operations/GET ~1app~1installations/responses/200/items/properties/account/allOf/1/required",
    published: [
      "id",
      "node_id",
      "name",
      "slug",
      "html_url",
      "created_at",
      "updated_at",
      "avatar_url",
    ],
    actual: [],
    reason:
      "The account of a listed installation is a user or an organisation, or an enterprise: the " +
      "description of one installation says `anyOf`, the one of the list says `allOf` of the same two.",
    evidence: {
      schema: "/operations/GET ~1app~1installations/responses/200/items/properties/account",
      value: {
        login: "acme",
        id: 1,
        node_id: "O_1",
        avatar_url: "https://example.com/1",
        gravatar_id: "",
        url: "https://example.com/users/acme",
        html_url: "https://example.com/acme",
        followers_url: "https://example.com/users/acme/followers",
        following_url: "https://example.com/users/acme/following{/other_user}",
        gists_url: "https://example.com/users/acme/gists{/gist_id}",
        starred_url: "https://example.com/users/acme/starred{/owner}{/repo}",
        subscriptions_url: "https://example.com/users/acme/subscriptions",
        organizations_url: "https://example.com/users/acme/orgs",
        repos_url: "https://example.com/users/acme/repos",
        events_url: "https://example.com/users/acme/events{/privacy}",
        received_events_url: "https://example.com/users/acme/received_events",
        type: "Organization",
        site_admin: false,
      },
    },
  },
  {
    description: "openapi",
    pointer: "/schemas/pull-request-simple/properties/labels/items/properties/description",
    published: { type: "string" },
    actual: { type: "string", nullable: true },
    reason:
      "A label without a description has null, as the schemas of labels, issues and of one pull " +
      "say; only the one of listed pulls forgot it.",
    evidence: {
      schema: "/schemas/pull-request-simple/properties/labels/items",
      value: {
        id: 1,
        node_id: "LA_1",
        url: "https://example.com/repos/acme/widgets/labels/late",
        name: "late",
        description: null,
        color: "ededed",
        default: false,
      },
    },
  },
];
