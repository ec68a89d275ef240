import { isSecurityLabel } from "../core/dependency-bots.ts";
import type { Policy } from "../core/policy/policy-schema.ts";
import type { Label, Pull } from "../core/pull.ts";
import type { Instant, Permission } from "../core/state.ts";
import { pullsAnswer } from "./answers.ts";
import type { GitHubClient } from "./client.ts";
import { formatAuthors, formatLabelers, formatPulls } from "./documents.ts";
import { ask, chunk, numbered } from "./look.ts";
import type { Look } from "./look.ts";
import { authorsAnswer, labelersAnswer } from "./people-answers.ts";
import { readPermission } from "./permission.ts";
import { readPull } from "./readings.ts";

const PULLS_PER_REQUEST = 50;
/** People whose permission is asked in one observation; labels of others count for nothing. */
const LABELERS_MAX = 20;
/** Authors of one batch who are looked up; a larger batch names fewer newcomers. */
const AUTHORS_MAX = 10;
const LOGIN = /^[A-Za-z0-9][A-Za-z0-9-_]*$/;

/** Merged pulls by number. A number that is gone is left out. */
export async function readPulls(look: Look, numbers: readonly number[]): Promise<readonly Pull[]> {
  const pulls: Pull[] = [];
  for (const part of chunk(numbers, PULLS_PER_REQUEST)) {
    const { repository } = await ask(look, pullsAnswer, {
      document: formatPulls(part.length),
      variables: numbered("p", part),
      tolerate: (error) => error.type === "NOT_FOUND" && error.path?.length === 2,
    });
    pulls.push(
      ...Object.values(repository)
        .map((answer) => (answer === null ? null : readPull(answer)))
        .filter((pull) => pull !== null),
    );
  }
  return pulls;
}

/** The policy, as far as it says which labels steer. */
interface LabelRules extends Pick<Policy, "freezes"> {
  /** Releases were taken back: the brake may be on. */
  readonly mayBrake?: boolean;
}

/** `release:*`; and, where there are freezes or the brake, the label that lets a pull pass them. */
function steers({ name }: { readonly name: string }, rules: LabelRules | null): boolean {
  const mayPass = (rules?.freezes ?? []).length > 0 || rules?.mayBrake === true;
  const isPassing = mayPass && isSecurityLabel(name);
  return isPassing || name.toLowerCase().startsWith("release:");
}

/** Login empty: no person. */
interface LabelSetter {
  readonly login: string;
  readonly at: Instant;
}

const NOBODY: LabelSetter = { login: "", at: 0 };
type Labelled = Pick<Pull, "number" | "labels">;

/**
 * Who set the labels that steer a release, with their permission asked now. Null stays where nobody
 * could be found: such a label steers nothing.
 */
export async function readLabelSetters<P extends Labelled>(
  look: Look,
  pulls: readonly P[],
  rules: LabelRules | null,
): Promise<readonly P[]> {
  const isSteering = (label: Label): boolean => steers(label, rules);
  const steered = pulls.filter((pull) => pull.labels.some(isSteering));
  if (steered.length === 0) return pulls;
  const setters = new Map<number, Map<string, LabelSetter>>();
  for (const part of chunk(steered, PULLS_PER_REQUEST)) {
    const { repository } = await ask(look, labelersAnswer, {
      document: formatLabelers(part.length),
      variables: numbered(
        "p",
        part.map((pull) => pull.number),
      ),
    });
    for (const answer of Object.values(repository)) {
      if (answer === null) continue;
      const byLabel = new Map<string, LabelSetter>();
      for (const { actor, createdAt, label } of answer.timelineItems.nodes) {
        // The newest comes last, and is the one that counts. Bots steer nothing.
        if (label === undefined || createdAt === undefined) continue;
        const login = actor?.kind === "User" ? actor.login : "";
        byLabel.set(label.name, { login, at: createdAt });
      }
      setters.set(answer.number, byLabel);
    }
  }
  const logins = steered.flatMap((pull) =>
    pull.labels
      .filter(isSteering)
      .map((label) => (setters.get(pull.number)?.get(label.name) ?? NOBODY).login),
  );
  const permissions = await readPermissions(look, logins);
  const withSetter =
    (pull: P) =>
    (label: Label): Label => {
      if (!isSteering(label)) return label;
      const setter = setters.get(pull.number)?.get(label.name) ?? NOBODY;
      const setBy = setter.login === "" ? null : setter;
      return { ...label, setterPermission: permissions.get(setter.login) ?? null, setBy };
    };
  return pulls.map((pull) => ({ ...pull, labels: pull.labels.map(withSetter(pull)) }));
}

async function readPermissions(
  look: Look,
  logins: readonly string[],
): Promise<ReadonlyMap<string, Permission>> {
  const permissions = new Map<string, Permission>();
  for (const login of [...new Set(logins)]
    .filter((name) => LOGIN.test(name))
    .slice(0, LABELERS_MAX)) {
    const { client, owner, name, line } = look;
    permissions.set(
      login,
      await permissionOf(client, { id: line.repositoryId, owner, name }, login),
    );
  }
  return permissions;
}

/** Permission of a login, asked now; `none` for somebody GitHub does not know. */
export async function permissionOf(
  client: GitHubClient,
  repository: { readonly id: number; readonly owner: string; readonly name: string },
  login: string,
): Promise<Permission> {
  const { id, owner, name } = repository;
  const path = `/repos/${owner}/${name}/collaborators/${encodeURIComponent(login)}/permission`;
  const answer = await client.rest({
    method: "GET",
    path,
    scope: { kind: "repository", repositoryId: id },
    allow: [404],
  });
  return answer.status === 404 ? "none" : readPermission(`GET ${path}`, answer.data);
}

/**
 * Logins whose first merged pull here is in the batch. Authors of other recent merges are known at
 * once; the rest is asked of GitHub's search in one request.
 */
export async function readFirstTimers(
  look: Look,
  batch: readonly Pull[],
  others: readonly Pull[],
): Promise<readonly string[]> {
  const known = new Set(others.map((pull) => pull.author.login));
  const numbers = new Set(batch.map((pull) => pull.number));
  const authors = [
    ...new Set(batch.filter(({ author }) => !author.isBot).map((pull) => pull.author.login)),
  ]
    .filter((login) => login !== "ghost" && LOGIN.test(login) && !known.has(login))
    .slice(0, AUTHORS_MAX);
  if (authors.length === 0) return [];
  const { client, owner, name, line } = look;
  const { data } = await client.graphql({
    document: formatAuthors(authors.length),
    variables: numbered(
      "a",
      authors.map((login) => `repo:${owner}/${name} is:pr is:merged author:${login}`),
    ),
    scope: { kind: "repository", repositoryId: line.repositoryId },
  });
  const found = authorsAnswer.parse(data);
  return authors.filter((_, index) => {
    const answer = found[`a${index}`];
    return (
      answer !== undefined &&
      answer.issueCount <= answer.nodes.length &&
      answer.nodes.every((node) => node.number === undefined || numbers.has(node.number))
    );
  });
}
