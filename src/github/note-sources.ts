import { z } from "zod";
import type { DraftStyle } from "../core/evidence/draft-style.ts";
import type { RawSource, SourceFile } from "../core/evidence/source.ts";
import type { DraftUnit } from "../core/evidence/unit-draft.ts";
import type { LineState } from "../core/state.ts";
import { nextPageOf } from "./client.ts";
import type { GitHubClient } from "./client.ts";
import { understand } from "./failure.ts";

/** Of a hundred files each: nobody words a line from more. */
const PAGES_MAX = 3;

/** Gone, or more than GitHub is willing to compare. */
const REFUSALS = [404, 406, 410, 422];

const row = z.object({
  filename: z.string(),
  previous_filename: z.string().optional(),
  additions: z.number().int(),
  deletions: z.number().int(),
  patch: z.string().optional(),
});

const pullFiles = z.array(row);
const commitFiles = z.object({ files: pullFiles.optional() }).transform(({ files }) => files ?? []);

type FilesRead = Pick<RawSource, "files" | "isTruncated">;

/** Units with the files that they change; see `NotesForge`. */
export async function readSources(
  client: GitHubClient,
  state: LineState,
  units: readonly DraftUnit[],
  sends: DraftStyle["sends"],
): Promise<readonly RawSource[]> {
  const sources: RawSource[] = [];
  for (const { sha, isBreaking: _, ...unit } of units) {
    const read =
      sends === "titles"
        ? { files: [], isTruncated: false }
        : await readFiles(client, state, { sha, pull: unit.pull });
    sources.push({ ...unit, ...read });
  }
  return sources;
}

async function readFiles(
  client: GitHubClient,
  { repository }: LineState,
  { sha, pull }: Pick<DraftUnit, "sha" | "pull">,
): Promise<FilesRead> {
  const base = `/repos/${repository.owner}/${repository.name}`;
  const path = pull === null ? `${base}/commits/${sha}` : `${base}/pulls/${pull}/files`;
  const schema: z.ZodType<z.infer<typeof pullFiles>> = pull === null ? commitFiles : pullFiles;
  const scope = { kind: "repository", repositoryId: repository.id } as const;
  const files: SourceFile[] = [];
  let next: string | null = `${path}?per_page=100`;
  for (let pages = 0; next !== null && pages < PAGES_MAX; pages += 1) {
    const answer: Awaited<ReturnType<GitHubClient["rest"]>> = await client.rest({
      method: "GET",
      path: next,
      scope,
      allow: REFUSALS,
    });
    if (answer.status >= 300) return { files, isTruncated: true };
    files.push(...understand(`GET ${path}`, schema, answer.data).map(toFile));
    next = nextPageOf(answer);
  }
  return { files, isTruncated: next !== null };
}

function toFile(file: z.infer<typeof row>): SourceFile {
  const { filename: path, previous_filename: previousPath = null, patch = null } = file;
  return { path, previousPath, additions: file.additions, deletions: file.deletions, patch };
}
