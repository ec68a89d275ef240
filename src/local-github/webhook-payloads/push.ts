import type { Signature } from "../git-object.ts";
import { ZERO_SHA } from "../git.ts";
import type { GitHub } from "../github.ts";
import { accountAddress, accountByAddress } from "../signature.ts";
import type { EventDetail, PushCommit, PushDetail } from "../world-event.ts";
import type { Repository } from "../world.ts";
import { renderEnvelope } from "./envelope.ts";
import { required } from "./required.ts";

/** The repository's times are numbers here, as nowhere else in GitHub's payloads. */
export async function renderPush(
  github: GitHub,
  repository: Repository,
  senderId: number,
  detail: PushDetail,
) {
  const envelope = renderEnvelope(github, repository, senderId);
  const sender = github.account(senderId);
  const owner = github.owner(repository);
  const page = envelope.repository.html_url;
  const commits = detail.commits.map((each) => renderCommit(github, page, each));
  const { ref, before, after, created, deleted, forced } = detail;
  return {
    ref,
    before,
    after,
    ...envelope,
    repository: {
      ...envelope.repository,
      owner: { name: owner.login, email: owner.email, ...envelope.repository.owner },
      created_at: seconds(repository.createdAt),
      pushed_at: seconds(repository.pushedAt),
      stargazers: 0,
      master_branch: repository.defaultBranch,
      ...(owner.type === "Organization" ? { organization: owner.login } : {}),
    },
    pusher: { name: sender.login, email: accountAddress(sender) },
    created,
    deleted,
    forced,
    base_ref: null,
    compare: compareUrl(page, detail),
    commits,
    head_commit: deleted
      ? null
      : (commits.at(-1) ?? (await headCommit(github, repository, page, after))),
  };
}

export function renderRefEvent(
  github: GitHub,
  repository: Repository,
  senderId: number,
  { name, detail }: { name: "create" | "delete"; detail: EventDetail },
) {
  const ref = required(detail, "ref");
  const refType = required(detail, "refType");
  const sender = github.account(senderId);
  return {
    ref,
    ref_type: refType,
    full_ref: `refs/${refType === "tag" ? "tags" : "heads"}/${ref}`,
    ...(name === "create"
      ? { master_branch: repository.defaultBranch, description: repository.description }
      : {}),
    pusher_type: sender.type === "Bot" ? "user" : sender.type.toLowerCase(),
    ...renderEnvelope(github, repository, senderId),
  };
}

function compareUrl(page: string, { ref, before, after, created }: PushDetail): string {
  if (created || after === ZERO_SHA) {
    const name = ref.split("/").slice(2).join("/");
    return `${page}/compare/${encodeURIComponent(name)}`;
  }
  return `${page}/compare/${before.slice(0, 12)}...${after.slice(0, 12)}`;
}

/** Where a push brings no new commit, such as that of a tag, its head is shown all the same. */
async function headCommit(github: GitHub, repository: Repository, page: string, sha: string) {
  const commit = await github.git.commit(repository.id, sha);
  if (commit === null) return null;
  return renderCommit(github, page, { commit, added: [], removed: [], modified: [] });
}

function renderCommit(github: GitHub, page: string, { commit, ...paths }: PushCommit) {
  return {
    id: commit.sha,
    tree_id: commit.treeSha,
    distinct: true,
    message: commit.message,
    timestamp: commit.committer.date,
    url: `${page}/commit/${commit.sha}`,
    author: renderSignature(github, commit.author),
    committer: renderSignature(github, commit.committer),
    ...paths,
  };
}

function renderSignature(github: GitHub, signature: Signature) {
  const account = accountByAddress(github, signature.email);
  return {
    name: signature.name,
    email: signature.email,
    ...(account === null ? {} : { username: account.login }),
  };
}

function seconds(time: string): number {
  return Math.floor(Date.parse(time) / 1_000);
}
