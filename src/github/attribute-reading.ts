import type { AttributeFile } from "../core/size/attributes.ts";
import type { Sha } from "../core/state.ts";
import { contentsAnswer } from "./answers.ts";
import { formatContents } from "./documents.ts";
import { ask, chunk, numbered } from "./look.ts";
import type { Look } from "./look.ts";

const NAME = ".gitattributes";
const FILES_PER_REQUEST = 100;
/** Folders of one change that are asked, the outer ones first. */
const FOLDERS_MAX = 300;
/** Commits whose attributes are kept in memory. */
const COMMITS_KEPT_MAX = 200;

/** `.gitattributes` by commit and folder; null: none stands there. They never change. */
export class AttributeMemory {
  readonly #commits = new Map<string, Map<string, string | null>>();

  /** The oldest goes where there are too many. */
  of(look: Look, commit: Sha): Map<string, string | null> {
    const key = `${look.line.repositoryId}@${commit}`;
    const known = this.#commits.get(key) ?? new Map<string, string | null>();
    this.#commits.delete(key);
    this.#commits.set(key, known);
    for (const oldest of [...this.#commits.keys()].slice(0, -COMMITS_KEPT_MAX)) {
      this.#commits.delete(oldest);
    }
    return known;
  }
}

/** What `.gitattributes` of a commit say around these paths. One request for a hundred folders. */
export async function readAttributeFiles(
  look: Look,
  memory: AttributeMemory,
  at: { readonly commit: Sha; readonly paths: readonly string[] },
): Promise<readonly AttributeFile[]> {
  const folders = foldersOf(at.paths).slice(0, FOLDERS_MAX);
  const known = memory.of(look, at.commit);
  const missing = folders.filter((folder) => !known.has(folder));
  for (const part of chunk(missing, FILES_PER_REQUEST)) {
    const { repository } = await ask(look, contentsAnswer, {
      document: formatContents(part.length),
      variables: numbered(
        "e",
        part.map((folder) => `${at.commit}:${folder === "" ? NAME : `${folder}/${NAME}`}`),
      ),
    });
    for (const [index, folder] of part.entries()) {
      const file = repository[`e${index}`] ?? null;
      known.set(folder, file?.kind === "Blob" ? (file.text ?? null) : null);
    }
  }
  return folders.flatMap((folder) => {
    const text = known.get(folder) ?? null;
    return text === null ? [] : [{ folder, text }];
  });
}

/** Every folder around the paths, the root first, and outer ones before those inside. */
function foldersOf(paths: readonly string[]): readonly string[] {
  const found = new Set<string>();
  for (const path of paths) {
    let folder = path;
    do {
      folder = folder.slice(0, Math.max(folder.lastIndexOf("/"), 0));
      if (found.has(folder)) break;
      found.add(folder);
    } while (folder !== "");
  }
  return [...found].toSorted((left, right) => depthOf(left) - depthOf(right));
}

function depthOf(folder: string): number {
  return folder === "" ? 0 : folder.split("/").length;
}
