import type { z } from "zod";
import type {
  InterpretDelivery,
  Interpretation,
  Lifecycle,
  RepositoryLabel,
} from "../deliveries-port.ts";
import type { Fact } from "../ports.ts";
import { readMeaning } from "./meanings.ts";
import type { Meaning } from "./meanings.ts";
import { envelopeSchema, installationRepositoriesSchema, installationSchema } from "./payloads.ts";
import type { Envelope, ListedRepository, PayloadRepository } from "./payloads.ts";

const LIFECYCLE_STATES: Readonly<
  Record<string, Extract<Lifecycle, { kind: "installation" }>["state"]>
> = {
  created: "created",
  deleted: "deleted",
  suspend: "suspended",
  unsuspend: "unsuspended",
  new_permissions_accepted: "permitted",
};

/**
 * Read a delivery: whose it is, what it says, and whether somebody has to look. Every delivery
 * becomes a fact, without titles and bodies. A shape we do not know becomes a fact and a note.
 */
export const interpretDelivery: InterpretDelivery = (name, payload, context) => {
  const { appId, guid, receivedAt } = context;
  const parsed = envelopeSchema.safeParse(payload);
  if (!parsed.success) {
    const note = `${name}: ${explain(parsed.error)}`;
    return { ...NOTHING, facts: [bareFact(name, null, null, context)], note };
  }
  const envelope = parsed.data;
  const action = envelope.action ?? null;
  const base: Interpretation = {
    ...NOTHING,
    action,
    installationId: envelope.installation?.id ?? null,
    repository: envelope.repository ? readRepository(envelope.repository) : null,
  };
  if (name === "installation" || name === "installation_repositories") {
    return { ...base, ...readLifecycle(name, payload, envelope, context) };
  }
  if (name === "repository" && action === "deleted" && envelope.repository) {
    const lifecycle = removal(envelope.repository.id);
    return { ...base, facts: [bareFact(name, action, envelope, context)], lifecycle };
  }
  const meaning = readMeaning(name, action, payload, {
    appId,
    defaultBranch: envelope.repository?.default_branch ?? null,
  });
  if (meaning === null || typeof meaning === "string") {
    const facts = [bareFact(name, action, envelope, context)];
    return { ...base, facts, note: meaning };
  }
  const repositoryId = envelope.repository?.id ?? 0;
  const fact: Fact = {
    key: meaning.key === null ? guid : `${repositoryId}/${meaning.key}`,
    repositoryId,
    kind: meaning.kind,
    subject: meaning.subject,
    at: meaning.at ?? receivedAt,
    actorId: envelope.sender?.id ?? null,
    data: meaning.data,
  };
  const { hint, check = null, push = null, ifLine, command, desk, pull } = meaning;
  const { hintIfSized = false, rerunOf, rollbackBoxes } = meaning;
  if (base.repository === null) return { ...base, facts: [fact] };
  return {
    ...base,
    facts: [fact],
    hint,
    check,
    push,
    ...(ifLine === undefined ? {} : { ifLine }),
    ...(command === undefined ? {} : { command }),
    ...(desk === undefined ? {} : { desk }),
    ...(rollbackBoxes === undefined ? {} : { rollbackBoxes }),
    ...(pull === undefined ? {} : { pull }),
    ...(hintIfSized && !hint ? { hintIfSized } : {}),
    ...(rerunOf === undefined ? {} : { rerunOf }),
    ...readEcho(meaning, envelope),
  };
};

const RELEASE_MADE = /^release\.(created|published|prereleased|released)$/;

/** A person's tag or release is news, even where we meant to make the same. */
function readEcho(meaning: Meaning, { sender }: Envelope): Pick<Interpretation, "echoOf"> {
  if (sender?.type !== "Bot") return {};
  const { kind, subject, data } = meaning;
  if (RELEASE_MADE.test(kind)) return { echoOf: { tag: subject, sha: null } };
  if (kind !== "tag.pushed" || data["isDeleted"] === true) return {};
  return { echoOf: { tag: String(data["ref"]).slice("refs/tags/".length), sha: subject } };
}

const NOTHING: Interpretation = {
  action: null,
  installationId: null,
  repository: null,
  facts: [],
  hint: false,
  check: null,
  push: null,
  lifecycle: null,
  note: null,
};

type Context = Parameters<InterpretDelivery>[2];

/** `repository.renamed`: that it happened, and nothing more. */
function bareFact(
  name: string,
  action: string | null,
  envelope: Envelope | null,
  { guid, receivedAt }: Context,
): Fact {
  const repositoryId = envelope?.repository?.id ?? 0;
  return {
    key: guid,
    repositoryId,
    kind: action === null ? name : `${name}.${action}`,
    subject: String(repositoryId),
    at: receivedAt,
    actorId: envelope?.sender?.id ?? null,
    data: {},
  };
}

function readLifecycle(
  name: string,
  payload: unknown,
  envelope: Envelope,
  context: Context,
): Pick<Interpretation, "facts" | "lifecycle" | "note"> {
  const action = envelope.action ?? null;
  const facts = [bareFact(name, action, envelope, context)];
  if (name === "installation_repositories") {
    const parsed = installationRepositoriesSchema.safeParse(payload);
    if (!parsed.success)
      return { facts, lifecycle: null, note: `${name}: ${explain(parsed.error)}` };
    const { repositories_added: added, repositories_removed: removed } = parsed.data;
    const lifecycle: Lifecycle = {
      kind: "repositories",
      added: added.map(readListed),
      removed: removed.map(({ id }) => id),
    };
    return { facts, lifecycle, note: null };
  }
  const parsed = installationSchema.safeParse(payload);
  if (!parsed.success) return { facts, lifecycle: null, note: `${name}: ${explain(parsed.error)}` };
  const state = LIFECYCLE_STATES[action ?? ""];
  if (state === undefined) {
    return { facts, lifecycle: null, note: `${name}.${action ?? ""} is not known` };
  }
  const { installation, repositories } = parsed.data;
  const lifecycle: Lifecycle = {
    kind: "installation",
    state,
    account: installation.account?.login ?? "",
    permissions: installation.permissions ?? null,
    repositories: (repositories ?? []).map(readListed),
  };
  return { facts, lifecycle, note: null };
}

function removal(id: number): Lifecycle {
  return { kind: "repositories", added: [], removed: [id] };
}

function readRepository(repository: PayloadRepository): RepositoryLabel {
  return {
    id: repository.id,
    nodeId: repository.node_id,
    owner: repository.owner.login,
    name: repository.name,
    isPrivate: repository.private,
    defaultBranch: repository.default_branch ?? null,
  };
}

function readListed(repository: ListedRepository): RepositoryLabel {
  return {
    id: repository.id,
    nodeId: repository.node_id,
    owner: repository.full_name.split("/")[0] ?? "",
    name: repository.name,
    isPrivate: repository.private,
    defaultBranch: null,
  };
}

function explain(error: z.ZodError): string {
  const [issue] = error.issues;
  return `the payload differs at ${issue?.path.join(".") ?? "its root"}: ${issue?.message ?? ""}`;
}
