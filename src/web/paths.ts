/** Addresses of pages. A repository is called by its present name. */

interface Named {
  readonly owner: string;
  readonly name: string;
}

export function repositoryPath({ owner, name }: Named): string {
  return `/r/${encodeURIComponent(owner)}/${encodeURIComponent(name)}`;
}

export function changelogPath(repository: Named, page = 1): string {
  const path = `${repositoryPath(repository)}/changelog`;
  return page === 1 ? path : `${path}?page=${page}`;
}

export function badgesPath(repository: Named): string {
  return `${repositoryPath(repository)}/badges`;
}

/** Slashes of a tag stay what they are. */
export function releasePath(repository: Named, tag: string): string {
  const parts = tag.split("/").map((part) => encodeURIComponent(part));
  return `${repositoryPath(repository)}/releases/${parts.join("/")}`;
}

/** One repository or one installation, as addresses and crumbs call it. */
export interface Scope {
  readonly name: string;
  readonly path: string;
  /** Length of the window that is looked at, as the query has it; empty: the usual one. */
  readonly query: string;
}

export function installationPath(installationId: number): string {
  return `/installations/${installationId}`;
}

/** All rows of a number, as a page or as CSV. */
export function numberPath({ path, query }: Scope, id: string, end: "" | ".csv" = ""): string {
  return `${path}/numbers/${id}${end}${query}`;
}
