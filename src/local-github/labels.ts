import { validationFailed } from "./context.ts";
import type { GitHub } from "./github.ts";
import type { Label, Repository } from "./world.ts";

/** The labels of a fresh repository are `DEFAULT_LABELS`; GitHub marks them `default`. */
export const DEFAULT_LABELS: readonly Omit<Label, "id">[] = [
  { name: "bug", color: "d73a4a", description: "Something isn't working" },
  {
    name: "documentation",
    color: "0075ca",
    description: "Improvements or additions to documentation",
  },
  { name: "duplicate", color: "cfd3d7", description: "This issue or pull request already exists" },
  { name: "enhancement", color: "a2eeef", description: "New feature or request" },
  { name: "good first issue", color: "7057ff", description: "Good for newcomers" },
  { name: "help wanted", color: "008672", description: "Extra attention is needed" },
  { name: "invalid", color: "e4e669", description: "This doesn't seem right" },
  { name: "question", color: "d876e3", description: "Further information is requested" },
  { name: "wontfix", color: "ffffff", description: "This will not be worked on" },
];

/** Colour of a label that came into being by being put on an issue. */
const COLOR_DEFAULT = "ededed";
const NAME_CHARACTERS_MAX = 50;

/** Names are compared without regard to case. */
export function findLabel(repository: Repository, name: string): Label | null {
  const wanted = name.toLowerCase();
  return repository.labels.find((label) => label.name.toLowerCase() === wanted) ?? null;
}

export function findOrCreateLabel(github: GitHub, repository: Repository, name: string): Label {
  return findLabel(repository, name) ?? createLabel(github, repository, { name });
}

/** Throws 422 for a name that is taken, empty or too long, and for a colour that is none. */
export function createLabel(
  github: GitHub,
  repository: Repository,
  input: { name: string; color?: string; description?: string | null },
): Label {
  requireName(input.name);
  if (findLabel(repository, input.name) !== null) {
    throw validationFailed({ resource: "Label", code: "already_exists", field: "name" });
  }
  const label: Label = {
    id: github.nextId(),
    name: input.name,
    color: requireColor(input.color ?? COLOR_DEFAULT),
    description: input.description ?? null,
  };
  repository.labels.push(label);
  github.changed();
  return label;
}

/** Renames and recolours; issues follow the new name. */
export function editLabel(
  github: GitHub,
  repository: Repository,
  label: Label,
  change: { name?: string; color?: string; description?: string | null },
): void {
  const { name: before } = label;
  if (change.name !== undefined && change.name !== before) {
    requireName(change.name);
    const taken = findLabel(repository, change.name);
    if (taken !== null && taken !== label) {
      throw validationFailed({ resource: "Label", code: "already_exists", field: "name" });
    }
    label.name = change.name;
    for (const issue of issuesWith(github, repository, before)) {
      issue.labels = issue.labels.map((each) => (each === before ? label.name : each));
    }
  }
  if (change.color !== undefined) label.color = requireColor(change.color);
  if (change.description !== undefined) label.description = change.description;
  github.changed();
}

export function deleteLabel(github: GitHub, repository: Repository, label: Label): void {
  repository.labels = repository.labels.filter((each) => each !== label);
  for (const issue of issuesWith(github, repository, label.name)) {
    issue.labels = issue.labels.filter((each) => each !== label.name);
  }
  github.changed();
}

function issuesWith(github: GitHub, repository: Repository, name: string) {
  return github.data.issues.filter(
    (issue) => issue.repositoryId === repository.id && issue.labels.includes(name),
  );
}

function requireName(name: string): void {
  if (name.trim() === "") {
    throw validationFailed({ resource: "Label", code: "missing_field", field: "name" });
  }
  if (name.length > NAME_CHARACTERS_MAX) {
    throw validationFailed({
      resource: "Label",
      code: "custom",
      field: "name",
      message: `name is too long (maximum is ${NAME_CHARACTERS_MAX} characters)`,
    });
  }
}

function requireColor(color: string): string {
  const bare = color.replace(/^#/, "");
  if (!/^[0-9a-f]{6}$/i.test(bare)) {
    throw validationFailed({ resource: "Label", code: "invalid", field: "color" });
  }
  return bare.toLowerCase();
}
