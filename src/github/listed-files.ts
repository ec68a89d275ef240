import type { PolicyFiles } from "../core/policy-files.ts";
import type { Sha } from "../core/state.ts";
import { listFiles } from "../core/version-files.ts";
import type { FileSeen } from "../core/version-files.ts";
import { WORKSPACE_FILES } from "../core/workspaces.ts";
import type { Look } from "./look.ts";
import { readFiles } from "./version-file-reading.ts";
import type { FilesRead } from "./version-file-reading.ts";
import { readMembers } from "./workspace-reading.ts";

/** The files that a policy names, with the packages of workspaces, at several commits. */
export interface ListedFiles {
  /** Every path that may be written. */
  readonly paths: readonly string[];
  /** All of them at a commit that something is planned on. */
  filesAt(sha: Sha): readonly FileSeen[];
  /** Manifests of the packages of workspaces there. */
  membersAt(sha: Sha): readonly string[];
  readonly read: FilesRead;
}

/** One request, two more where there are workspaces. */
export async function readListed(
  look: Look,
  files: PolicyFiles,
  wishes: {
    /** Commits that something is planned on. */
    readonly planned: readonly Sha[];
    /** Commits of which only the changelog is read. */
    readonly changelogs: readonly Sha[];
    /** Commits whose contents are only compared. */
    readonly compared: readonly Sha[];
  },
): Promise<ListedFiles> {
  const { planned, changelogs, compared } = wishes;
  const own = listFiles(files);
  const roots = files.package === "on" ? WORKSPACE_FILES : [];
  const { changelog } = files;
  const read = await readFiles(look, {
    texts: [
      ...cross(planned, [...own, ...roots]),
      ...(changelog === undefined ? [] : cross(changelogs, [changelog])),
    ],
    blobs: cross(compared, own),
  });
  const members = new Map<Sha, readonly string[] | null>();
  for (const sha of new Set(planned)) {
    const texts = roots.map((path) => [path, read.fileAt(sha, path).text ?? ""] as const);
    members.set(sha, await readMembers(look, sha, new Map(texts)));
  }
  const all = [...new Set([...members.values()].flatMap((paths) => paths ?? []))];
  const whole =
    all.length === 0
      ? read
      : await read.readMore({
          texts: [...members].flatMap(([sha, paths]) => cross([sha], paths ?? [])),
          blobs: cross(compared, all),
        });
  return {
    paths: listFiles(files, all),
    membersAt: (sha) => members.get(sha) ?? [],
    filesAt: (sha) =>
      listFiles(files, members.get(sha) ?? []).map((path) => {
        const isUnsure = path === "package.json" && members.get(sha) === null;
        return isUnsure
          ? { path, text: null, problem: "names more packages than can be written together" }
          : whole.fileAt(sha, path);
      }),
    read: whole,
  };
}

function cross(shas: readonly Sha[], paths: readonly string[]): { at: Sha; path: string }[] {
  return shas.flatMap((at) => paths.map((path) => ({ at, path })));
}
