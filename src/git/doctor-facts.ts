import { chooseBase } from "../core/base.ts";
import type { BaseQuestion } from "../core/base.ts";
import type { DoctorFacts, RepositoryFiles } from "../core/doctor/doctor-facts.ts";
import { listDoctorFiles } from "../core/doctor/doctor-wanted.ts";
import { defaultLine } from "../core/lines.ts";
import { readMergedPull } from "../core/merge-message.ts";
import { POLICY_PATH } from "../core/policy/policy-errors.ts";
import type { Policy } from "../core/policy/policy-schema.ts";
import { parsePolicy } from "../core/policy/policy.ts";
import { findMembers, readWorkspaces } from "../core/workspaces.ts";
import { listFiles, listReachedTags, readTexts } from "./files.ts";
import { readHistory } from "./history.ts";
import type { LocalBranch } from "./repository.ts";

const MERGES_MAX = 50;
/** Heads of the branch among which the last merges are looked for. */
const HEADS_MAX = 1_000;

/** What a local repository tells the doctor: everything but what GitHub alone knows. */
export async function readLocalFacts(local: LocalBranch): Promise<DoctorFacts> {
  const [history, reached, files] = await Promise.all([
    readHistory(local, { hasPaths: false, newestHeads: HEADS_MAX, onProgress: () => undefined }),
    listReachedTags(local),
    listFiles(local),
  ]);
  const tags = history.tags.toSorted((left, right) => right.at - left.at);
  const read = async (paths: readonly string[]): Promise<ReadonlyMap<string, string | null>> =>
    readTexts(
      local,
      files.filter(({ path }) => paths.includes(path)),
    );
  const texts = await read([...listDoctorFiles(files), POLICY_PATH]);
  const policy = readPolicy(texts.get(POLICY_PATH) ?? null);
  const seen = tags.map(({ name, sha }) => ({ name, sha, isAncestor: reached.has(name) }));
  const { branch } = local;
  const question = { tags: seen, policy, branch };
  return {
    branch,
    policy,
    base: chooseLocalBase(question),
    tags: tags.map(({ name }) => name),
    merges: history.commits
      .flatMap((commit) => readMergedPull(commit) ?? [])
      .slice(0, MERGES_MAX)
      .map(({ title }) => ({ title, labels: [] })),
    files: await withMembers(
      files.map(({ path }) => path),
      texts,
      read,
    ),
    github: null,
  };
}

function readPolicy(text: string | null): Policy | null {
  if (text === null) return null;
  const sizeBytes = Buffer.byteLength(text);
  const parsed = parsePolicy({ path: POLICY_PATH, sha: "", text, sizeBytes });
  return parsed.kind === "valid" ? parsed.policy : null;
}

function chooseLocalBase(asked: {
  readonly tags: BaseQuestion["tags"];
  readonly policy: Policy | null;
  readonly branch: string;
}): DoctorFacts["base"] {
  const { tags, policy, branch } = asked;
  const line = defaultLine(0, branch);
  const family =
    policy === null ? {} : { family: { line, policy, defaultBranch: branch, maintenance: [] } };
  const policyBase = policy?.base ?? null;
  const choice = chooseBase({
    ...family,
    tags,
    policyTag: policy?.tag ?? null,
    policyBase,
    absent: policyBase === null ? [] : [policyBase],
  });
  // Every tag was read with its place: there is nothing to ask.
  return choice.kind === "ask" ? { kind: "none" } : choice;
}

async function withMembers(
  paths: readonly string[],
  texts: ReadonlyMap<string, string | null>,
  read: (paths: readonly string[]) => Promise<ReadonlyMap<string, string | null>>,
): Promise<RepositoryFiles> {
  const known = new Map(
    [...texts].flatMap(([path, text]) => (text === null ? [] : [[path, text]])),
  );
  const members = findMembers(readWorkspaces(known), paths);
  return { paths, texts: new Map([...texts, ...(await read(members))]), members };
}
