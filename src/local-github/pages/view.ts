import type { GitHub } from "../github.ts";
import { judgeAccess, type Actor } from "../permission.ts";
import type { Account, Repository } from "../world.ts";
import type { References } from "./markdown.ts";

/** One repository as one visitor sees it. */
export interface View {
  readonly github: GitHub;
  readonly repository: Repository;
  /** `/acme/widgets`: what every address of the repository begins with. */
  readonly base: string;
  /** Drafts of releases are for people who may write. */
  readonly seesDrafts: boolean;
  readonly references: References;
}

export function mayRead(github: GitHub, actor: Actor, repository: Repository): boolean {
  const need = { permission: "metadata", access: "read" } as const;
  return judgeAccess(github, actor, repository, need) === "allowed";
}

export function viewRepository(github: GitHub, actor: Actor, repository: Repository): View {
  const base = repositoryUrl(github, repository);
  const need = { permission: "contents", access: "write" } as const;
  return {
    github,
    repository,
    base,
    seesDrafts: judgeAccess(github, actor, repository, need) === "allowed",
    references: {
      issueUrl: (number) => issueUrl(github, repository, number),
      accountUrl: (login) => {
        const account = github.accountByLogin(login);
        return account === null ? null : accountUrl(account);
      },
      nameOfUrl: (url) => nameOfUrl(`${github.url}${base}`, url),
    },
  };
}

export function repositoryUrl(github: GitHub, repository: Repository): string {
  return `/${github.fullName(repository)}`;
}

/** Null when nothing has the number. */
export function issueUrl(github: GitHub, repository: Repository, number: number): string | null {
  const issue = github.issue(repository.id, number);
  if (issue === null) return null;
  return `${repositoryUrl(github, repository)}/${issue.pull ? "pull" : "issues"}/${number}`;
}

export function accountUrl(account: Account): string {
  return `/${encodeURIComponent(account.login)}`;
}

/** As GitHub shortens what leads to the repository itself. Escaped if `url` is. */
function nameOfUrl(root: string, url: string): string | null {
  if (!url.startsWith(`${root}/`)) return null;
  const [kind, name = "", ...rest] = url.slice(root.length + 1).split("/");
  if (rest.length > 0 || !/^[\w.-]+$/.test(name)) return null;
  if (kind === "compare") return name;
  if (kind === "commit") return name.slice(0, 7);
  return kind === "pull" || kind === "issues" ? `#${name}` : null;
}

/** As the API writes it: a slash in a tag is encoded. */
export function tagUrl(view: View, tag: string): string {
  return `${view.base}/releases/tag/${encodeURIComponent(tag)}`;
}

/** A branch or path inside an address: its slashes stay. */
export function encodeSlashed(text: string): string {
  return text.split("/").map(encodeURIComponent).join("/");
}
