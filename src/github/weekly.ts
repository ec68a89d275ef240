import type { Repository } from "../core/state.ts";
import type { WeeklyFound } from "../core/weekly/judge-weekly.ts";
import { readWeeklyMarker } from "../core/weekly/weekly-marker.ts";
import type { WeeklyForge } from "../weekly-port.ts";
import type { GitHubClient } from "./client.ts";
import { openIssue, readOurIssues } from "./our-issues.ts";

export function openWeekly(client: GitHubClient): WeeklyForge {
  return {
    find: (repository) => find(client, repository),
    open: async (repository, said) => {
      const opened = await openIssue(client, repository, { ...said, isPatient: true });
      return opened.kind === "opened" ? { number: opened.number, url: opened.url } : opened.kind;
    },
  };
}

/** Each report closes the one before it: before one that is closed there is none to be closed. */
async function find(client: GitHubClient, repository: Repository): ReturnType<WeeklyForge["find"]> {
  const found: WeeklyFound[] = [];
  for await (const page of readOurIssues(client, repository)) {
    const reports = page.flatMap(({ number, url, body, closed }): WeeklyFound[] => {
      const to = readWeeklyMarker(body, repository.id);
      return to === null ? [] : [{ number, url, isOpen: !closed, to }];
    });
    found.push(...reports);
    if (reports.some(({ isOpen }) => !isOpen)) break;
  }
  return found;
}
