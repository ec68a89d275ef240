import type { Repository } from "../world.ts";
import { connection, type PageArguments } from "./connection.ts";
import { requireRead, type Scope } from "./scope.ts";

export interface RefsArguments extends PageArguments {
  refPrefix: string;
  query?: string | null;
  direction?: "ASC" | "DESC" | null;
  orderBy?: { field: "TAG_COMMIT_DATE" | "ALPHABETICAL"; direction: "ASC" | "DESC" } | null;
}

interface RefRead {
  readonly name: string;
  readonly sha: string;
  /** Moment of its commit or of its own tag, in seconds since 1970. */
  readonly at: number;
}

/** Moments of more refs than this are asked together for less. */
const READ_SINGLY_MAX = 100;

/** By full name, or by a short one: a branch then goes before a tag. */
export async function findRef(
  scope: Scope,
  repository: Repository,
  qualifiedName: string,
): Promise<object | null> {
  requireRead(scope, repository, "contents");
  const names = qualifiedName.startsWith("refs/")
    ? [qualifiedName]
    : [`refs/heads/${qualifiedName}`, `refs/tags/${qualifiedName}`, `refs/${qualifiedName}`];
  for (const name of names) {
    const ref = await scope.github.git.ref(repository.id, name);
    if (ref !== null) return scope.nodes.ref(repository, ref.name, ref.sha);
  }
  return null;
}

/** Refs of a repository below a prefix, by name where no order is asked. */
export async function listRefs(
  scope: Scope,
  repository: Repository,
  args: RefsArguments,
): Promise<object> {
  const prefix = args.refPrefix.endsWith("/") ? args.refPrefix : `${args.refPrefix}/`;
  const query = args.query?.toLowerCase() ?? "";
  const found = (await readRefs(scope, repository, prefix)).filter(({ name }) =>
    name.slice(prefix.length).toLowerCase().includes(query),
  );
  const { field = "ALPHABETICAL", direction = args.direction ?? "ASC" } = args.orderBy ?? {};
  const sign = direction === "DESC" ? -1 : 1;
  const ordered = found.toSorted(
    (a, b) =>
      sign * ((field === "TAG_COMMIT_DATE" ? a.at - b.at : 0) || (a.name < b.name ? -1 : 1)),
  );
  return connection(args, ordered, (ref) => scope.nodes.ref(repository, ref.name, ref.sha));
}

export async function readRefs(
  scope: Scope,
  repository: Repository,
  prefix: string,
): Promise<readonly RefRead[]> {
  requireRead(scope, repository, "contents");
  const { git } = scope.github;
  const refs = await git.refs(repository.id, prefix);
  if (refs.length > READ_SINGLY_MAX) return readTogether(scope, repository, prefix);
  return Promise.all(
    refs.map(async ({ name, sha, type }) => {
      const date =
        type === "tag"
          ? (await git.tag(repository.id, sha))?.tagger.date
          : (await git.commit(repository.id, sha))?.committer.date;
      return { name, sha, at: Date.parse(date ?? "") / 1_000 || 0 };
    }),
  );
}

async function readTogether(
  { github }: Scope,
  { id }: Repository,
  prefix: string,
): Promise<readonly RefRead[]> {
  const format = "--format=%(refname) %(objectname) %(creatordate:unix)";
  const args = ["for-each-ref", format, "--", prefix.replace(/\/$/, "")];
  const text = await github.git.run(id, args);
  return text
    .split("\n")
    .map((line) => line.split(" "))
    .filter(([name = ""]) => name.startsWith(prefix))
    .map(([name = "", sha = "", at = "0"]) => ({ name, sha, at: Number(at) }));
}
