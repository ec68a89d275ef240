import type { GitHub } from "../github.ts";
import { DEFAULT_LABELS, findLabel } from "../labels.ts";
import { formatNodeId } from "../node-id.ts";
import type { Label, Repository } from "../world.ts";

const DEFAULT_NAMES = new Set(DEFAULT_LABELS.map(({ name }) => name));

export function renderLabel(github: GitHub, repository: Repository, label: Label) {
  const path = `${github.fullName(repository)}/labels/${encodeURIComponent(label.name)}`;
  return {
    id: label.id,
    node_id: formatNodeId("Label", label.id),
    url: `${github.apiUrl}/repos/${path}`,
    name: label.name,
    color: label.color,
    default: DEFAULT_NAMES.has(label.name),
    description: label.description,
  };
}

/** The labels of an issue in the order in which they were put on it. */
export function renderLabels(github: GitHub, repository: Repository, names: readonly string[]) {
  return names
    .map((name) => findLabel(repository, name))
    .filter((label) => label !== null)
    .map((label) => renderLabel(github, repository, label));
}
