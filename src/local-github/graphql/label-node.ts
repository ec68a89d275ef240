import { DEFAULT_LABELS } from "../labels.ts";
import { formatNodeId } from "../node-id.ts";
import type { Label, Repository } from "../world.ts";
import { connection, type PageArguments } from "./connection.ts";
import type { Scope } from "./scope.ts";

export class LabelNode {
  readonly __typename = "Label";
  readonly #scope: Scope;
  readonly #repository: Repository;
  readonly #label: Label;

  constructor(scope: Scope, repository: Repository, label: Label) {
    this.#scope = scope;
    this.#repository = repository;
    this.#label = label;
  }

  get id(): string {
    return formatNodeId("Label", this.#label.id);
  }

  get name(): string {
    return this.#label.name;
  }

  get color(): string {
    return this.#label.color;
  }

  get description(): string | null {
    return this.#label.description;
  }

  get isDefault(): boolean {
    return DEFAULT_LABELS.some(({ name }) => name === this.#label.name);
  }

  get createdAt(): string {
    return this.#repository.createdAt;
  }

  get resourcePath(): string {
    const name = encodeURIComponent(this.#label.name);
    return `/${this.#scope.github.fullName(this.#repository)}/labels/${name}`;
  }

  get url(): string {
    return `${this.#scope.github.url}${this.resourcePath}`;
  }

  get repository(): object {
    return this.#scope.nodes.repository(this.#repository);
  }
}

export interface LabelsArguments extends PageArguments {
  orderBy?: { field: "CREATED_AT" | "NAME" | "ISSUE_COUNT"; direction: "ASC" | "DESC" } | null;
}

/** Labels of a repository or of an issue, in the order of their making unless asked by name. */
export function listLabels(
  scope: Scope,
  repository: Repository,
  labels: readonly Label[],
  args: LabelsArguments,
): object {
  const { field = "CREATED_AT", direction = "ASC" } = args.orderBy ?? {};
  const sign = direction === "DESC" ? -1 : 1;
  const ordered = labels.toSorted(
    (a, b) => sign * (field === "NAME" ? a.name.localeCompare(b.name) : a.id - b.id),
  );
  return connection(args, ordered, (label) => new LabelNode(scope, repository, label));
}
