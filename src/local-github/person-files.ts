import { defaultBranchOf, expectOk, headSha, repositoryPath, send, withSha } from "./person.ts";
import type { Person, Place } from "./person.ts";

/** One commit of several files on a branch, which is made from the default branch where it is new. */
export async function pushFiles(
  place: Place,
  person: Person,
  change: {
    readonly branch: string;
    readonly message: string;
    /** Text by path; null takes the file away. */
    readonly files: Readonly<Record<string, string | null>>;
  },
): Promise<string> {
  const root = `${repositoryPath(place)}/git`;
  const { branch, message, files } = change;
  const ref = await send(place, person, "GET", `${root}/ref/heads/${branch}`);
  const isNew = ref.status === 404;
  const base = isNew ? await defaultBranchOf(place, person) : branch;
  const parent = await headSha(place, person, base);
  const tree = await expectOk(place, person, "POST", `${root}/trees`, {
    base_tree: parent,
    tree: Object.entries(files).map(([path, content]) => ({
      path,
      mode: "100644",
      type: "blob",
      ...(content === null ? { sha: null } : { content }),
    })),
  });
  const commit = await expectOk(place, person, "POST", `${root}/commits`, {
    message,
    tree: withSha.parse(tree).sha,
    parents: [parent],
  });
  const { sha } = withSha.parse(commit);
  await (isNew
    ? expectOk(place, person, "POST", `${root}/refs`, { ref: `refs/heads/${branch}`, sha })
    : expectOk(place, person, "PATCH", `${root}/refs/heads/${branch}`, { sha }));
  return sha;
}
