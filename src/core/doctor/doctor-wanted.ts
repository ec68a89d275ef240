import { saysVersion } from "../files/version-statements.ts";
import { WORKSPACE_FILES } from "../workspaces.ts";
import { isWorkflowPath } from "./workflow-file.ts";
import { WORKFLOW_BYTES_MAX } from "./workflow-yaml.ts";

/** Folders whose files tell of release tools and workflows; the first is the root. */
export const DOCTOR_FOLDERS = [
  "",
  ".github",
  ".github/workflows",
  ".changeset",
  ".config",
] as const;

/** Workflows that are read; the most seen in public repositories is about eighty. */
const WORKFLOWS_MAX = 100;

/**
 * Bytes of all workflows together. A hostile one of 64 KiB takes the parser half a second; the most
 * seen in twenty public repositories is 69 KB.
 */
const WORKFLOWS_BYTES_MAX = 262_144;

/** Other files at the root that are read; nobody has as many. */
const FILES_MAX = 40;

/** Bytes of one file that is no YAML: changelogs are long. */
const TEXT_BYTES_MAX = 262_144;

/** Files at the root with something to say beside those that name a version. */
const TELLING: ReadonlySet<string> = new Set([...WORKSPACE_FILES, "nx.json", "CHANGELOG.md"]);

export interface FileEntry {
  /** From the root of the repository. */
  readonly path: string;
  readonly sizeBytes: number;
}

/** Which of the files of a commit the doctor reads. Those that are too large are not. */
export function listDoctorFiles(entries: readonly FileEntry[]): readonly string[] {
  const fitting = entries.filter(({ path, sizeBytes }) => sizeBytes <= limitOf(path));
  const paths = fitting.map(({ path }) => path);
  const workflows = fitting.filter(({ path }) => isWorkflowPath(path)).slice(0, WORKFLOWS_MAX);
  let left = WORKFLOWS_BYTES_MAX;
  const read = workflows.filter(({ sizeBytes }) => {
    left -= sizeBytes;
    return left >= 0;
  });
  return [
    ...read.map(({ path }) => path),
    ...paths.filter((path) => TELLING.has(path) || saysVersion(path)).slice(0, FILES_MAX),
  ];
}

function limitOf(path: string): number {
  return /\.ya?ml$/.test(path) ? WORKFLOW_BYTES_MAX : TEXT_BYTES_MAX;
}
