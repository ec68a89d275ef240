import { changelogOf } from "../core/files/file-parts.ts";
import type { FilesScope } from "../core/files/file-parts.ts";
import { filesOfWorkspace, listFiles } from "../core/files/version-files.ts";
import type { FileSeen } from "../core/files/version-files.ts";
import type { Sha } from "../core/state.ts";
import { WORKSPACE_FILES } from "../core/workspaces.ts";
import type { Look } from "./look.ts";
import { readFiles } from "./version-file-reading.ts";
import type { FilesRead, FileWish } from "./version-file-reading.ts";
import { readMembers } from "./workspace-reading.ts";

/** A commit, and the parts of the repository whose files matter there. */
interface PartsAt {
  readonly at: Sha;
  /** Names of components; empty for the whole repository. */
  readonly parts: readonly string[];
}

/** The files that a policy names, with the packages of workspaces, at several commits. */
export interface ListedFiles {
  /** Every path that may be written for these parts. */
  pathsOf(parts: readonly string[]): readonly string[];
  /** All of them at a commit that something is planned on. */
  filesAt(sha: Sha, parts: readonly string[]): readonly FileSeen[];
  /** Manifests of the packages of workspaces there. */
  membersAt(sha: Sha): readonly string[];
  readonly read: FilesRead;
}

/** One request, two more where there are workspaces. */
export async function readListed(
  look: Look,
  scope: FilesScope,
  wishes: {
    /** Commits that something is planned on. */
    readonly planned: readonly PartsAt[];
    /** Commits of which only the changelogs are read. */
    readonly changelogs: readonly PartsAt[];
    /** Commits whose contents are only compared. */
    readonly compared: readonly PartsAt[];
  },
): Promise<ListedFiles> {
  const { planned, changelogs, compared } = wishes;
  const roots = scope.files?.package === "on" ? WORKSPACE_FILES : [];
  const read = await readFiles(look, {
    texts: [
      ...planned.flatMap(({ at, parts }) => cross([at], [...listFiles(scope, parts), ...roots])),
      ...changelogs.flatMap(({ at, parts }) =>
        cross(
          [at],
          parts.flatMap((part) => changelogOf(part, scope) ?? []),
        ),
      ),
    ],
    blobs: compared.flatMap(({ at, parts }) => cross([at], listFiles(scope, parts))),
  });
  const shas = [...new Set(planned.map(({ at }) => at))];
  const members = new Map<Sha, readonly string[] | null>();
  for (const sha of shas) {
    const texts = roots.map((path) => [path, read.fileAt(sha, path).text ?? ""] as const);
    members.set(sha, await readMembers(look, sha, new Map(texts)));
  }
  const all = [...new Set([...members.values()].flatMap((paths) => paths ?? []))];
  const whole =
    all.length === 0
      ? read
      : await read.readMore({
          texts: [...members].flatMap(([sha, paths]) =>
            cross([sha], filesOfWorkspace(paths ?? [])),
          ),
          blobs: compared.flatMap(({ at }) => cross([at], filesOfWorkspace(all))),
        });
  const folders = new Set((scope.components ?? []).map(({ path }) => path));
  return {
    pathsOf: (parts) => listFiles(scope, parts, all),
    membersAt: (sha) => members.get(sha) ?? [],
    filesAt: (sha, parts) =>
      listFiles(scope, parts, members.get(sha) ?? []).map((path) => {
        const isUnsure = path === "package.json" && members.get(sha) === null;
        if (isUnsure) {
          return { path, text: null, problem: "names more packages than can be written together" };
        }
        const file = whole.fileAt(sha, path);
        // That a component is a folder is no problem.
        return folders.has(path) && file.text === null ? { ...file, problem: null } : file;
      }),
    read: whole,
  };
}

function cross(shas: readonly Sha[], paths: readonly string[]): FileWish[] {
  return shas.flatMap((at) => paths.map((path) => ({ at, path })));
}
