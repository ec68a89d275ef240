import { chooseBase } from "../core/base.ts";
import { CHECK_NAME } from "../core/check.ts";
import type {
  BranchRules,
  ContextSeen,
  DoctorFacts,
  GitHubFacts,
  RepositoryFiles,
  TagRuleset,
} from "../core/doctor/doctor-facts.ts";
import { DOCTOR_FOLDERS, listDoctorFiles } from "../core/doctor/doctor-wanted.ts";
import type { FileEntry } from "../core/doctor/doctor-wanted.ts";
import { policyOf } from "../core/lines.ts";
import type { Policy } from "../core/policy/policy-schema.ts";
import { effectivePolicyOf } from "../core/policy/policy.ts";
import type { LineState, Sha } from "../core/state.ts";
import { findMembers, readWorkspaces } from "../core/workspaces.ts";
import { AppError } from "../errors.ts";
import type { GitHubClient } from "./client.ts";
import { doctorAnswer, rulesetAnswer } from "./doctor-answers.ts";
import type {
  BranchAnswer,
  DoctorAnswer,
  FolderAnswer,
  ReportAnswer,
  RulesetAnswer,
} from "./doctor-answers.ts";
import { READ_DOCTOR, READ_DOCTOR_WITHOUT_RULES } from "./doctor-documents.ts";
import { readMissing } from "./doctor-permissions.ts";
import { understand } from "./failure.ts";
import type { GraphqlError } from "./failure.ts";
import { lacksRules } from "./features.ts";
import { ask, beginLook } from "./look.ts";
import type { Look } from "./look.ts";
import { readFiles } from "./version-file-reading.ts";
import { readPaths } from "./workspace-reading.ts";

/** Rulesets that are asked whether the App may pass them by; each takes a request. */
const RULESETS_ASKED_MAX = 5;

/**
 * What the doctor judges, of a default line as it was just observed. Two requests, one more for an
 * App (what it may), up to three for workspaces, and one for each ruleset in the way of tags.
 */
export async function readDoctorFacts(
  client: GitHubClient,
  state: LineState,
): Promise<DoctorFacts> {
  const { repository, line, head, memory } = state;
  const { owner, name } = repository;
  const look = beginLook({ client, owner, name, line, memory, now: 0, root: null });
  const effective = effectivePolicyOf(state);
  const policy = "policy" in effective ? effective.policy : null;
  const answer = await askDoctor(look, head?.sha ?? line.branch);
  const { hasIssuesEnabled, rulesets, ref, ...folders } = answer;
  const entries = DOCTOR_FOLDERS.flatMap((folder, at) => entriesOf(folder, folders[`f${at}`]));
  const [files, tagRulesets, missing] = await Promise.all([
    readRepositoryFiles(look, head?.sha ?? null, entries),
    readTagRulesets(look, rulesets?.nodes ?? null),
    readMissing(client),
  ]);
  const github: GitHubFacts = {
    hasIssues: hasIssuesEnabled,
    commits: (ref?.target?.history?.nodes ?? []).map(({ oid, statusCheckRollup }) => ({
      sha: oid,
      contexts: (statusCheckRollup?.contexts.nodes ?? []).flatMap((own) => toContext(own, client)),
    })),
    required: head?.requiredContexts ?? [],
    branchRules: readBranchRules(ref, client),
    tagRulesets,
    missing,
  };
  return {
    branch: line.branch,
    policy,
    base: chooseStateBase(state, policy),
    tags: state.tags.map((tag) => tag.name),
    merges: state.recentMerges,
    files,
    github,
  };
}

async function askDoctor(look: Look, at: string): Promise<DoctorAnswer> {
  const from = Object.fromEntries(
    DOCTOR_FOLDERS.map((folder, index) => [`f${index}`, `${at}:${folder}`]),
  );
  const request = {
    variables: { branchRef: `refs/heads/${look.line.branch}`, ...from },
    tolerate: ({ path }: GraphqlError) => path?.includes("rulesets") === true,
  };
  const askWith = async (document: string): Promise<DoctorAnswer> =>
    (await ask(look, doctorAnswer, { ...request, document })).repository;
  // An older Enterprise Server, as the observation found out.
  if (look.client.features.rulesFrom > 0) return askWith(READ_DOCTOR_WITHOUT_RULES);
  try {
    return await askWith(READ_DOCTOR);
  } catch (error) {
    if (!(error instanceof AppError) || !lacksRules(error)) throw error;
    return askWith(READ_DOCTOR_WITHOUT_RULES);
  }
}

/** As `plan` chooses it; what GitHub has not said yet counts as a tag that is elsewhere. */
function chooseStateBase(state: LineState, policy: Policy | null): DoctorFacts["base"] {
  const { line, tags, maintenanceBranches: maintenance } = state;
  const { defaultBranch } = state.repository;
  const own = policy === null ? null : policyOf(policy, line, defaultBranch);
  const policyBase = own?.base ?? null;
  const choice = chooseBase({
    ...(policy === null ? {} : { family: { line, policy, defaultBranch, maintenance } }),
    tags,
    policyTag: own?.tag ?? null,
    policyBase,
    absent: policyBase === null ? [] : [policyBase],
  });
  return choice.kind === "ask"
    ? { kind: "hold", code: "base-not-highest", seen: choice.tags, suggestion: null }
    : choice;
}

function entriesOf(folder: string, answer: FolderAnswer | undefined): readonly FileEntry[] {
  return (answer?.entries ?? [])
    .filter(({ type }) => type === "blob")
    .map(({ name, size }) => ({
      path: folder === "" ? name : `${folder}/${name}`,
      sizeBytes: size,
    }));
}

async function readRepositoryFiles(
  look: Look,
  sha: Sha | null,
  entries: readonly FileEntry[],
): Promise<RepositoryFiles> {
  const paths = entries.map(({ path }) => path);
  if (sha === null) return { paths, texts: new Map(), members: [] };
  const read = async (wanted: readonly string[]): Promise<readonly [string, string | null][]> => {
    if (wanted.length === 0) return [];
    const texts = wanted.map((path) => ({ at: sha, path }));
    const found = await readFiles(look, { texts, blobs: [] });
    return wanted.map((path) => [path, found.fileAt(sha, path).text]);
  };
  const texts = await read(listDoctorFiles(entries));
  const known = texts.flatMap(([path, text]) => (text === null ? [] : [[path, text] as const]));
  const workspaces = readWorkspaces(new Map(known));
  const members =
    workspaces.length === 0 ? [] : findMembers(workspaces, (await readPaths(look, sha)).paths);
  return { paths, texts: new Map([...texts, ...(await read(members))]), members };
}

function toContext(answer: ReportAnswer, { appId }: GitHubClient): readonly ContextSeen[] {
  if (answer.kind === "StatusContext") return [{ name: answer.context, isJob: false }];
  const { name, checkSuite } = answer;
  const isOurs =
    name.startsWith(CHECK_NAME) || (appId !== null && checkSuite.app?.databaseId === appId);
  return isOurs ? [] : [{ name, isJob: checkSuite.app?.slug === "github-actions" }];
}

function readBranchRules(ref: BranchAnswer | null, { appId }: GitHubClient): BranchRules {
  const rules = ref?.rules?.nodes ?? [];
  const byName = Map.groupBy(rules, ({ repositoryRuleset }) => repositoryRuleset?.name ?? "");
  const reviews = [
    ref?.refUpdateRule?.requiredApprovingReviewCount ?? 0,
    ...rules.map(({ parameters }) => parameters?.requiredApprovingReviewCount ?? 0),
  ];
  return {
    rulesets: [...byName].map(([name, own]) => ({ name, types: own.map(({ type }) => type) })),
    reviews: Math.max(...reviews),
    // Of a person's token it says what the person may.
    mayPush: appId === null ? null : (ref?.refUpdateRule?.viewerCanPush ?? null),
  };
}

/** Null where GitHub does not say. */
async function readTagRulesets(
  look: Look,
  rulesets: readonly RulesetAnswer[] | null,
): Promise<readonly TagRuleset[] | null> {
  if (rulesets === null) return null;
  const own = rulesets.filter(
    ({ target, enforcement }) => target === "TAG" && enforcement === "ACTIVE",
  );
  const asked = new Set(own.filter(isInTheWay).slice(0, RULESETS_ASKED_MAX));
  return Promise.all(
    own.map(async (ruleset) => ({
      name: ruleset.name,
      include: ruleset.conditions.refName?.include ?? [],
      exclude: ruleset.conditions.refName?.exclude ?? [],
      rules: (ruleset.rules?.nodes ?? []).map(({ type, parameters }) => ({
        type,
        pattern:
          parameters?.operator === undefined || parameters.pattern === undefined
            ? null
            : {
                operator: parameters.operator.toLowerCase(),
                pattern: parameters.pattern,
                isNegated: parameters.negate === true,
              },
      })),
      mayBypass: asked.has(ruleset) ? await readBypass(look, ruleset.databaseId) : null,
    })),
  );
}

function isInTheWay({ rules }: RulesetAnswer): boolean {
  return (rules?.nodes ?? []).some(({ type }) => ["CREATION", "TAG_NAME_PATTERN"].includes(type));
}

/** Null: GitHub does not say, or whoever asks is no App. */
async function readBypass(
  { client, owner, name, line }: Look,
  id: number | null,
): Promise<boolean | null> {
  if (id === null || client.appId === null) return null;
  const path = `/repos/${owner}/${name}/rulesets/${id}`;
  const scope = { kind: "repository", repositoryId: line.repositoryId } as const;
  const answer = await client.rest({ method: "GET", path, scope, allow: [403, 404] });
  if (answer.status !== 200) return null;
  const { current_user_can_bypass: can } = understand(`GET ${path}`, rulesetAnswer, answer.data);
  return can === undefined ? null : can === "always" || can === "exempt";
}
