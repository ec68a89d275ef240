import type { GitTag, Signature } from "../git-object.ts";
import type { TreeEntry } from "../git-object.ts";
import { formatNodeId } from "../node-id.ts";
import { accountByAddress } from "../signature.ts";
import type { Repository } from "../world.ts";
import { avatarUrl } from "./actor-nodes.ts";
import type { Scope } from "./scope.ts";

/** Text of larger blobs is cut and `isTruncated` says so, in bytes. */
const TEXT_BYTES_MAX = 512_000;

/** A blob with a zero byte in its first part is binary, as in git. */
const BINARY_PROBE_BYTES = 8_000;

/** The author line of a commit, with the account of its address. */
export class GitActorNode {
  readonly __typename = "GitActor";
  readonly #scope: Scope;
  readonly #signature: Signature;

  constructor(scope: Scope, signature: Signature) {
    this.#scope = scope;
    this.#signature = signature;
  }

  get name(): string {
    return this.#signature.name;
  }

  get email(): string {
    return this.#signature.email;
  }

  get date(): string {
    return this.#signature.date;
  }

  get user(): object | null {
    const account = accountByAddress(this.#scope.github, this.#signature.email);
    return account === null ? null : this.#scope.nodes.user(account);
  }

  avatarUrl({ size }: { size?: number | null }): string {
    const account = accountByAddress(this.#scope.github, this.#signature.email);
    return avatarUrl(this.#scope.github, account?.id ?? 0, size ?? null);
  }
}

/** What every object of git has. */
export abstract class GitObjectNode {
  protected readonly scope: Scope;
  protected readonly owner: Repository;
  readonly oid: string;

  constructor(scope: Scope, repository: Repository, oid: string) {
    this.scope = scope;
    this.owner = repository;
    this.oid = oid;
  }

  get abbreviatedOid(): string {
    return this.oid.slice(0, 7);
  }

  get repository(): object {
    return this.scope.nodes.repository(this.owner);
  }

  get commitResourcePath(): string {
    return `/${this.scope.github.fullName(this.owner)}/commit/${this.oid}`;
  }

  get commitUrl(): string {
    return `${this.scope.github.url}${this.commitResourcePath}`;
  }
}

export class BlobNode extends GitObjectNode {
  readonly __typename = "Blob";
  readonly #content: Buffer;

  constructor(scope: Scope, repository: Repository, oid: string, content: Buffer) {
    super(scope, repository, oid);
    this.#content = content;
  }

  get id(): string {
    return formatNodeId("Blob", this.owner.id, this.oid);
  }

  get byteSize(): number {
    return this.#content.length;
  }

  get isBinary(): boolean {
    return this.#content.subarray(0, BINARY_PROBE_BYTES).includes(0);
  }

  get isTruncated(): boolean {
    return this.#content.length > TEXT_BYTES_MAX;
  }

  get text(): string | null {
    return this.isBinary ? null : this.#content.toString("utf8", 0, TEXT_BYTES_MAX);
  }
}

export class TreeNode extends GitObjectNode {
  readonly __typename = "Tree";
  readonly #entries: readonly TreeEntry[];

  constructor(scope: Scope, repository: Repository, oid: string, entries: readonly TreeEntry[]) {
    super(scope, repository, oid);
    this.#entries = entries;
  }

  get id(): string {
    return formatNodeId("Tree", this.owner.id, this.oid);
  }

  get entries(): object[] {
    return this.#entries.map((entry) => ({
      __typename: "TreeEntry",
      name: entry.path,
      path: entry.path,
      mode: Number.parseInt(entry.mode, 8),
      type: entry.type,
      oid: entry.sha,
      size: entry.size ?? 0,
      extension: /\.[^.]+$/.exec(entry.path)?.[0] ?? "",
      isGenerated: false,
      object: () => this.scope.nodes.gitObject(this.owner, entry.sha),
    }));
  }
}

/** An annotated tag. A lightweight one is only a ref to its commit. */
export class TagNode extends GitObjectNode {
  readonly __typename = "Tag";
  readonly #tag: GitTag;

  constructor(scope: Scope, repository: Repository, tag: GitTag) {
    super(scope, repository, tag.sha);
    this.#tag = tag;
  }

  get id(): string {
    return formatNodeId("Tag", this.owner.id, this.oid);
  }

  get name(): string {
    return this.#tag.name;
  }

  get message(): string {
    return this.#tag.message;
  }

  get tagger(): object | null {
    return this.#tag.tagger.email === "" ? null : new GitActorNode(this.scope, this.#tag.tagger);
  }

  get target(): Promise<object | null> {
    return this.scope.nodes.gitObject(this.owner, this.#tag.target.sha);
  }
}
