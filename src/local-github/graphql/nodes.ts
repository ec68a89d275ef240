import { parseCommit, parseTag } from "../git-object.ts";
import type { GitObject } from "../git-reader.ts";
import type { GitHub } from "../github.ts";
import { parseNodeId } from "../node-id.ts";
import type { Actor } from "../permission.ts";
import { isPull } from "../pull-heads.ts";
import type { Release, Repository } from "../world.ts";
import { AppNode, makeActor, UserNode } from "./actor-nodes.ts";
import { CheckRunNode, CheckSuiteNode, StatusContextNode } from "./check-nodes.ts";
import { IssueCommentNode } from "./comment-node.ts";
import { CommitNode } from "./commit-node.ts";
import { BlobNode, TagNode, TreeNode } from "./git-nodes.ts";
import type { GitReads } from "./git-reads.ts";
import { IssueNode } from "./issue-nodes.ts";
import { LabelNode } from "./label-node.ts";
import { PullNode } from "./pull-node.ts";
import { RefNode } from "./ref-nodes.ts";
import { ReleaseNode, visibleReleases } from "./release-node.ts";
import { RepositoryNode } from "./repository-node.ts";
import { repositoryOf, sees, type Nodes, type Scope } from "./scope.ts";

/** What one request reads with. */
export function makeScope(github: GitHub, actor: Actor, reads: GitReads): Scope {
  const nodes: Nodes = {
    actor: (account) => makeActor(scope, account),
    user: (account) => new UserNode(scope, account),
    repository: (repository) => new RepositoryNode(scope, repository),
    gitObject: async (repository, expression) => {
      const object = await github.git.read(repository.id, expression);
      return object === null ? null : makeGitObject(scope, repository, object);
    },
    commit: async (repository, sha) => {
      const commit = await github.git.commit(repository.id, sha);
      return commit === null ? null : new CommitNode(scope, repository, commit);
    },
    ref: (repository, name, sha) => new RefNode(scope, repository, name, sha),
    issue: (issue) => (isPull(issue) ? new PullNode(scope, issue) : new IssueNode(scope, issue)),
    app: (id) => {
      const app = github.data.apps.find((each) => each.id === id);
      return app === undefined ? null : new AppNode(scope, app);
    },
  };
  const scope: Scope = { github, actor, reads, nodes };
  return scope;
}

async function makeGitObject(
  scope: Scope,
  repository: Repository,
  { sha, type, content }: GitObject,
): Promise<object> {
  if (type === "commit") return new CommitNode(scope, repository, parseCommit(sha, content));
  if (type === "tag") return new TagNode(scope, repository, parseTag(sha, content));
  if (type === "blob") return new BlobNode(scope, repository, sha, content);
  const tree = await scope.github.git.tree(repository.id, sha);
  return new TreeNode(scope, repository, sha, tree?.entries ?? []);
}

/** The object of a global id; null for a wrong one and for what the sender may not see. */
export async function findNode(scope: Scope, id: string): Promise<object | null> {
  const parsed = parseNodeId(id);
  if (parsed === null) return null;
  const [first = 0, second = ""] = parsed.ids;
  const found =
    parsed.type === "Repository" || isOfGit(parsed.type)
      ? await findInRepository(scope, parsed.type, Number(first), String(second))
      : findInWorld(scope, parsed.type, Number(first));
  return found ?? null;
}

function isOfGit(type: string): boolean {
  return ["Blob", "Commit", "Ref", "Tag", "Tree"].includes(type);
}

async function findInRepository(
  scope: Scope,
  type: string,
  repositoryId: number,
  name: string,
): Promise<object | null> {
  const repository = scope.github.repository(repositoryId);
  if (repository === null || !sees(scope, repository)) return null;
  if (type === "Repository") return scope.nodes.repository(repository);
  if (type !== "Ref") return scope.nodes.gitObject(repository, name);
  const ref = await scope.github.git.ref(repositoryId, name);
  return ref && scope.nodes.ref(repository, ref.name, ref.sha);
}

/** Things that the world keeps in lists, by their own id. */
function findInWorld(scope: Scope, type: string, id: number): object | null {
  const { data } = scope.github;
  const isIt = (each: { id: number }) => each.id === id;
  const within = <T extends { repositoryId: number }>(
    item: T | undefined,
    make: (item: T) => object | null,
  ): object | null => {
    const repository = item && scope.github.repository(item.repositoryId);
    return item && repository && sees(scope, repository) ? make(item) : null;
  };
  switch (type) {
    case "User":
    case "Bot":
    case "Organization": {
      const account = data.accounts.find(isIt);
      return account ? scope.nodes.actor(account) : null;
    }
    case "App":
      return scope.nodes.app(id);
    case "Issue":
      return within(data.issues.find(isIt), (each) => scope.nodes.issue(each));
    case "PullRequest":
      return within(
        data.issues.find(({ pull }) => pull?.id === id),
        (each) => scope.nodes.issue(each),
      );
    case "IssueComment":
      return within(data.comments.find(isIt), (each) => new IssueCommentNode(scope, each));
    case "Release":
      return within(data.releases.find(isIt), (each) => makeRelease(scope, each));
    case "CheckRun":
      return within(data.checkRuns.find(isIt), (each) => new CheckRunNode(scope, each));
    case "CheckSuite":
      return within(data.checkSuites.find(isIt), (each) => new CheckSuiteNode(scope, each));
    case "StatusContext":
      return within(data.statuses.find(isIt), (each) => new StatusContextNode(scope, each));
    case "Label":
      return findLabelNode(scope, id);
    default:
      return null;
  }
}

function findLabelNode(scope: Scope, id: number): object | null {
  for (const repository of scope.github.data.repositories) {
    const label = repository.labels.find((each) => each.id === id);
    if (label && sees(scope, repository)) return new LabelNode(scope, repository, label);
  }
  return null;
}

/** A draft is only for those who could publish it. */
function makeRelease(scope: Scope, release: Release): object | null {
  const repository = repositoryOf(scope, release.repositoryId);
  const isVisible = visibleReleases(scope, repository).includes(release);
  return isVisible ? new ReleaseNode(scope, release) : null;
}
