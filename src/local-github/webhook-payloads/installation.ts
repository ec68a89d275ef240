import type { GitHub } from "../github.ts";
import { renderAccount } from "../render/account.ts";
import { renderInstallation, renderInstalledRepository } from "../render/installation.ts";
import type { EventDetail } from "../world-event.ts";
import type { Repository } from "../world.ts";
import { required } from "./required.ts";

export function renderInstallationEvent(github: GitHub, senderId: number, detail: EventDetail) {
  const installation = required(detail, "installation");
  const { repositories, added, removed } = detail;
  const list = (each: readonly Repository[]) =>
    each.map((repository) => renderInstalledRepository(github, repository));
  return {
    installation: renderInstallation(github, installation),
    ...(repositories === undefined ? {} : { repositories: list(repositories) }),
    ...(added === undefined || removed === undefined
      ? {}
      : {
          repository_selection: installation.repositorySelection,
          repositories_added: list(added),
          repositories_removed: list(removed),
        }),
    requester: null,
    sender: renderAccount(github, github.account(senderId)),
  };
}
