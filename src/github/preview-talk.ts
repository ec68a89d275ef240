import { parseCommands } from "../core/command.ts";
import { parsePreviewTag } from "../core/preview-tag.ts";
import type { Pull } from "../core/pull.ts";
import type { PreviewSeen, TagSeen } from "../core/state.ts";
import { previewTalkAnswer } from "./door-answers.ts";
import { formatPreviewTalk } from "./door-documents.ts";
import { ask, numbered } from "./look.ts";
import type { Look } from "./look.ts";

/** Previewed pulls of one batch that the card tells of. */
const PULLS_MAX = 20;

/** GitHub's names in GraphQL, and those that people and the REST API know. */
const REACTIONS: Readonly<Record<string, string>> = {
  THUMBS_UP: "+1",
  THUMBS_DOWN: "-1",
  LAUGH: "laugh",
  HOORAY: "hooray",
  CONFUSED: "confused",
  HEART: "heart",
  ROCKET: "rocket",
  EYES: "eyes",
};

/** Previews of the pulls of a batch. One request, and none where nothing was previewed. */
export async function readPreviewTalk(
  look: Look,
  pulls: readonly Pull[],
  tags: readonly TagSeen[],
): Promise<readonly PreviewSeen[]> {
  const byPull = new Map<number, string[]>();
  for (const { name } of tags) {
    const read = parsePreviewTag(name);
    if (read !== null) byPull.set(read.pull, [...(byPull.get(read.pull) ?? []), name]);
  }
  const numbers = pulls
    .map(({ number }) => number)
    .filter((number) => byPull.has(number))
    .toSorted((left, right) => left - right)
    .slice(0, PULLS_MAX);
  if (numbers.length === 0) return [];
  const { repository } = await ask(look, previewTalkAnswer, {
    document: formatPreviewTalk(numbers.length),
    variables: numbered("p", numbers),
    tolerate: (error) => error.type === "NOT_FOUND" && error.path?.length === 2,
  });
  return Object.values(repository)
    .filter((answer) => answer !== null)
    .map(({ number, comments }) => ({
      pull: number,
      tags: (byPull.get(number) ?? []).toSorted(),
      comments: comments.nodes
        .filter(({ body, reactionGroups }) => isPreviewed(body, reactionGroups ?? []))
        .map(({ url, reactionGroups }) => ({
          url,
          reactions: countReactions(reactionGroups ?? []),
        })),
    }));
}

interface Group {
  readonly content: string;
  readonly viewerHasReacted: boolean;
  readonly reactors: { readonly totalCount: number };
}

/** Our rocket stands on the comments that we obeyed. */
function isPreviewed(body: string, groups: readonly Group[]): boolean {
  const isTaken = groups.some((group) => group.content === "ROCKET" && group.viewerHasReacted);
  return (
    isTaken &&
    parseCommands(body).some(
      (command) => command.kind === "asked" && command.asked.kind === "preview",
    )
  );
}

function countReactions(groups: readonly Group[]): Record<string, number> {
  const counted = groups.flatMap(({ content, viewerHasReacted, reactors }) => {
    const count = reactors.totalCount - (viewerHasReacted ? 1 : 0);
    return count > 0 ? [[REACTIONS[content] ?? content.toLowerCase(), count] as const] : [];
  });
  return Object.fromEntries(counted);
}
