import { NO_MANIFESTS, readGoModule } from "../core/install.ts";
import type { Manifests } from "../core/install.ts";
import type { Policy } from "../core/policy/policy-schema.ts";
import { effectivePolicyOf, policyIn } from "../core/policy/policy.ts";
import { fullPreviewName, previewPrefix } from "../core/preview-tag.ts";
import type { OpenPull, SizeSeen } from "../core/pulls/open-pull.ts";
import { PREVIEW_CHECK_NAME } from "../core/pulls/pull-check.ts";
import { SIZE_CHECK_NAME } from "../core/size/size-check.ts";
import { isSizeLabel } from "../core/size/size-labels.ts";
import type { LineState, Sha } from "../core/state.ts";
import type { WorkAnswer } from "./answers.ts";
import type { GitHubClient } from "./client.ts";
import { manifestsAnswer, openPullsAnswer } from "./door-answers.ts";
import type { OpenPullAnswer, SizedSuites } from "./door-answers.ts";
import { formatOpenPulls, READ_MANIFESTS } from "./door-documents.ts";
import { ask, beginLook, chunk, numbered, ourCheckFilters } from "./look.ts";
import type { Look } from "./look.ts";
import { readPullFiles } from "./pull-files.ts";
import type { FileMemory } from "./pull-files.ts";
import { mayChangePolicy, readPullPolicy } from "./pull-policy.ts";
import { readLabelSetters } from "./pulls.ts";
import { readCheckOn, readCommit, readPullFields, readTag } from "./readings.ts";

const PULLS_PER_REQUEST = 10;
/** Longer `go.mod` files are those of no module. */
const MODULE_BYTES_MAX = 65_536;

/** A look at open pulls of a line that was observed. */
export function lookOf(client: GitHubClient, { repository, line, memory }: LineState): Look {
  const { owner, name } = repository;
  const own = beginLook({ client, owner, name, line, memory, now: 0, root: null });
  return { ...own, checkName: PREVIEW_CHECK_NAME };
}

/** Pulls by number as they stand now; those that are gone, or that no repository holds, left out. */
export async function readOpenPulls(
  client: GitHubClient,
  state: LineState,
  { numbers, files }: { readonly numbers: readonly number[]; readonly files: FileMemory },
): Promise<readonly OpenPull[]> {
  const look = lookOf(client, state);
  const { ourSuite, ourRun } = ourCheckFilters({ ...look, checkName: SIZE_CHECK_NAME });
  const scope = { kind: "repository", repositoryId: state.repository.id } as const;
  const mayCheck = await client.mayWrite("checks", scope);
  const pulls: OpenPull[] = [];
  for (const part of chunk(numbers, PULLS_PER_REQUEST)) {
    const { repository } = await ask(look, openPullsAnswer, {
      document: formatOpenPulls(part.length),
      variables: {
        ...numbered("p", part),
        ...numbered(
          "t",
          part.map((number) => `refs/tags/${previewPrefix(number)}`),
        ),
        ...ourCheckFilters(look),
        sizeSuite: ourSuite,
        sizeRun: ourRun,
      },
      // A pull that is gone, and a path that a commit does not have.
      tolerate: ({ type, path }) =>
        type === "NOT_FOUND" && (path?.length === 2 || path?.at(-1) === "policy"),
    });
    for (const answer of Object.values(repository)) {
      const pull = answer === null ? null : readOpenPull(answer, state.line.branch);
      if (answer === null || pull === null) continue;
      const isChanged = pull.isOpen && mayChangePolicy(answer, state.policyFile?.sha ?? null);
      const policy = isChanged ? await readPullPolicy(look, pull, answer) : null;
      const sized = mayCheck ? readSized(answer) : null;
      pulls.push({ ...pull, policy, sized });
    }
  }
  const policy = policyIn(effectivePolicyOf(state));
  const labelled = await readLabelSetters(look, pulls, policy);
  return readFiles(look, labelled, { policy, files });
}

/** With the files of each, where components or gates ask for them. */
async function readFiles(
  look: Look,
  pulls: readonly OpenPull[],
  { policy, files }: { readonly policy: Policy | null; readonly files: FileMemory },
): Promise<readonly OpenPull[]> {
  const hasPaths = Object.keys(policy?.gates?.paths ?? {}).length > 0;
  if (pulls.length === 0 || (!hasPaths && policy?.components === undefined)) return pulls;
  const heads = pulls.map(({ number, headSha: sha }) => ({ number, sha }));
  const found = await readPullFiles(look, heads, files);
  return pulls.map((pull) => ({ ...pull, files: found.get(pull.number) ?? null }));
}

const SQUASH_BODIES: Readonly<Record<string, OpenPull["merging"]["squashBody"]>> = {
  COMMIT_MESSAGES: "commits",
  PR_BODY: "body",
  BLANK: "none",
};

function readOpenPull(answer: OpenPullAnswer, branch: string): OpenPull | null {
  const { baseRepository: base, work } = answer;
  if (base === null) return null;
  const head = work.nodes.find(({ commit }) => commit.oid === answer.headRefOid)?.commit;
  return {
    ...readPullFields(answer),
    headSha: answer.headRefOid,
    isOpen: answer.state === "OPEN",
    isDraft: answer.isDraft,
    isFork: answer.isCrossRepository,
    commits: work.nodes.map(({ commit }) => readWork(commit, branch)).toReversed(),
    files: null,
    policy: null,
    sized: null,
    ourCheck: head === undefined ? null : readCheckOn(head),
    previews: (base.previews?.nodes ?? [])
      .map((tag) => readTag({ ...tag, name: fullPreviewName(answer.number, tag.name) }, null))
      .filter((tag) => tag !== null),
    merging: {
      squash: base.squashMergeAllowed,
      commits: base.mergeCommitAllowed || base.rebaseMergeAllowed,
      squashBody: SQUASH_BODIES[base.squashMergeCommitMessage] ?? "commits",
    },
  };
}

function readSized({
  additions,
  deletions,
  changedFiles: files,
  headRefOid,
  tip,
  talk,
  sizeLabels,
}: OpenPullAnswer): SizeSeen {
  const head = tip.nodes.find(({ commit }) => commit.oid === headRefOid)?.commit;
  return {
    totals: { additions, deletions, files },
    ourCheck: head === undefined ? null : readCheckOn({ oid: head.oid, checkSuites: head.sized }),
    conclusion: readConclusion(head?.sized ?? null),
    labels: (sizeLabels?.nodes ?? []).filter(({ name }) => isSizeLabel(name)),
    hasComment: talk.nodes.some(({ viewerDidAuthor }) => viewerDidAuthor),
  };
}

function readConclusion(suites: SizedSuites): SizeSeen["conclusion"] {
  const [run] = (suites?.nodes ?? []).flatMap(({ checkRuns }) => checkRuns?.nodes ?? []);
  const word = run?.conclusion?.toLowerCase();
  return ENDINGS.find((ending) => ending === word) ?? null;
}

const ENDINGS = ["success", "neutral", "failure"] as const;

function readWork(answer: WorkAnswer, branch: string) {
  return readCommit({ ...answer, associatedPullRequests: null }, [branch]);
}

/** What stands at the root of a commit, for how to install it. */
export async function readManifests(
  client: GitHubClient,
  state: LineState,
  sha: Sha,
): Promise<Manifests> {
  const { repository } = await ask(lookOf(client, state), manifestsAnswer, {
    document: READ_MANIFESTS,
    variables: { tree: `${sha}:`, module: `${sha}:go.mod` },
  });
  const entries = repository.tree?.entries ?? null;
  if (entries === null) return NO_MANIFESTS;
  const { text = null, byteSize = 0 } = repository.module ?? {};
  const isModule = text !== null && byteSize <= MODULE_BYTES_MAX;
  return {
    files: entries.filter(({ type }) => type === "blob").map(({ name }) => name),
    goModule: isModule ? readGoModule(text) : null,
  };
}
