import type { Command } from "../core/command.ts";
import type { CommentSeen } from "../core/said.ts";
import type { RepositoryRef, Store } from "../ports.ts";

/** One command of a comment was taken; kept once, however many lines take it. */
export async function recordTaken(
  { store, repository }: { readonly store: Store; readonly repository: RepositoryRef },
  heard: {
    readonly comment: CommentSeen;
    readonly said: readonly { readonly command: Command }[];
  },
  command: Command,
): Promise<void> {
  const { author, number, url, createdAt: at, id, issue } = heard.comment;
  const nth = heard.said.findIndex((each) => each.command === command);
  const { login: by, id: byId } = author;
  const key = `${issue === null ? "comment" : "issue"}:${id}:${nth}`;
  await store.recordTaken(repository.id, { key, by, byId, said: command.text, number, url, at });
}
