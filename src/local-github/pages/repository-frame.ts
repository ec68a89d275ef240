import { releasesOf } from "../latest-release.ts";
import type { Release } from "../world.ts";
import type { Html, Page } from "./layout.ts";
import { accountUrl, encodeSlashed, type View } from "./view.ts";

export type Section = "Overview" | "Commits" | "Pulls" | "Issues" | "Releases";

/** A page of a repository: its path at the top and the tabs of its parts. */
export function frame(view: View, section: Section, title: string, body: Html): Page {
  const { github, repository, base } = view;
  const owner = github.owner(repository);
  const issues = github.data.issues.filter((issue) => issue.repositoryId === repository.id);
  const open = issues.filter((issue) => issue.state === "open");
  const branch = encodeSlashed(repository.defaultBranch);
  const tab = (text: Section, url: string, count: number | null = null) => ({
    text,
    url: `${base}${url}`,
    count,
    isCurrent: text === section,
  });
  return {
    title: `${title} · ${github.fullName(repository)}`,
    steps: [
      { text: owner.login, url: accountUrl(owner) },
      { text: repository.name, url: base },
    ],
    tabs: [
      tab("Overview", ""),
      tab("Commits", `/commits/${branch}`),
      tab("Pulls", "/pulls", open.filter((issue) => issue.pull).length),
      tab("Issues", "/issues", open.filter((issue) => !issue.pull).length),
      tab("Releases", "/releases", visibleReleases(view).length),
    ],
    body,
  };
}

/** As the API lists them; drafts only for those who may see them. */
export function visibleReleases(view: View): Release[] {
  return releasesOf(view.github, view.repository).filter(
    (release) => view.seesDrafts || !release.draft,
  );
}
