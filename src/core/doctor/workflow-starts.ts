import type { Trigger, Workflow } from "./workflow-file.ts";
import { passesFilter } from "./workflow-pattern.ts";

/** What starts a workflow when a version is released. */
type StartedBy =
  /** The new tag, as a push. */
  | { readonly kind: "tag" }
  /** The new tag, as an event of its own. */
  | { readonly kind: "create" }
  /** The release, and which of its types; once for each of them. */
  | { readonly kind: "release"; readonly types: readonly string[] }
  /** The end or the beginning of a workflow that was started. */
  | { readonly kind: "workflow"; readonly after: string };

export interface Start {
  readonly workflow: Workflow;
  readonly by: StartedBy;
}

interface Published {
  /** `v1.4.3`; several where components have tags of their own. */
  readonly tags: readonly string[];
  /** Is a draft made first, and published later? Its creation starts nothing. */
  readonly isDraftFirst: boolean;
}

/**
 * Workflows that a release starts: by its tag, which comes first, by the release, and by each other.
 * What an App's token does starts workflows, other than what a workflow's own token does.
 */
export function listStarts(workflows: readonly Workflow[], published: Published): readonly Start[] {
  const starts = workflows.flatMap((workflow) =>
    startsOf(workflow, published).map((by) => ({ workflow, by })),
  );
  // Each may start further ones, once.
  for (const { workflow } of starts) {
    for (const next of workflows) {
      const isFollowing = next.triggers.get("workflow_run")?.workflows?.includes(workflow.name);
      if (isFollowing !== true || starts.some((start) => start.workflow === next)) continue;
      starts.push({ workflow: next, by: { kind: "workflow", after: workflow.name } });
    }
  }
  return starts;
}

function startsOf({ triggers }: Workflow, { tags, isDraftFirst }: Published): readonly StartedBy[] {
  const starts: StartedBy[] = [];
  const push = triggers.get("push");
  if (push !== undefined && tags.some((tag) => takesTag(push, tag))) starts.push({ kind: "tag" });
  if (triggers.has("create")) starts.push({ kind: "create" });
  const happening = isDraftFirst ? ["published", "released"] : ["created", "published", "released"];
  const release = triggers.get("release");
  const types = happening.filter((type) => release?.types?.includes(type) ?? true);
  if (release !== undefined && types.length > 0) starts.push({ kind: "release", types });
  return starts;
}

/**
 * Does a push of the tag start it? With filters of branches alone it does not. Filters of paths say
 * nothing about tags.
 */
function takesTag({ tags, tagsIgnore, branches, branchesIgnore }: Trigger, tag: string): boolean {
  if (tags !== null) return passesFilter(tags, tag);
  if (tagsIgnore !== null) return !passesFilter(tagsIgnore, tag);
  return branches === null && branchesIgnore === null;
}

/** Does a push to the branch start it, whatever files it changes? */
export function takesBranch({ triggers }: Workflow, branch: string): boolean {
  const push = triggers.get("push");
  if (push === undefined) return false;
  const { tags, tagsIgnore, branches, branchesIgnore } = push;
  if (branches !== null) return passesFilter(branches, branch);
  if (branchesIgnore !== null) return !passesFilter(branchesIgnore, branch);
  return tags === null && tagsIgnore === null;
}
