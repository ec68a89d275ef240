import type { Announcement } from "../core/announce.ts";
import { POLICY_PATH } from "../core/policy/policy-errors.ts";
import type { Policy } from "../core/policy/policy-schema.ts";
import { effectivePolicy, parsePolicy, policyIn } from "../core/policy/policy.ts";
import type { Head, PolicyFile, ReleaseSeen, Sha } from "../core/state.ts";
import type { LineRequest } from "../ports.ts";
import { contentsAnswer } from "./answers.ts";
import { readPathChanges } from "./commits.ts";
import { formatContents } from "./documents.ts";
import type { FirstLook } from "./first-look.ts";
import { ask, numbered } from "./look.ts";
import type { Look } from "./look.ts";
import { readPolicy } from "./readings.ts";

/** Earlier contents that are looked at for a last good policy. */
const HISTORY_MAX = 10;

/** Commits that touched the policy file and are looked at for the first. */
const CHANGES_MAX = 1_000;

/** Contents of the policy file at the last commits that touched it, newest first. */
async function readPolicyHistory(look: Look, headSha: Sha): Promise<readonly PolicyFile[]> {
  const changes = await readPathChanges(look, headSha, POLICY_PATH, HISTORY_MAX);
  if (changes.length === 0) return [];
  const { repository } = await ask(look, contentsAnswer, {
    document: formatContents(changes.length),
    variables: numbered(
      "e",
      changes.map(({ sha }) => `${sha}:${POLICY_PATH}`),
    ),
  });
  return changes.flatMap((_, index) => {
    const file = readPolicy(repository[`e${index}`] ?? null, POLICY_PATH);
    return file === null ? [] : [file];
  });
}

interface PoliciesRead {
  readonly file: PolicyFile | null;
  readonly history: readonly PolicyFile[];
  /** Of the repository; null: none applies. */
  readonly policy: Policy | null;
}

/**
 * The file, with its history where it is wrong, and the policy that applies. Other lines than the
 * default one take it from there: what a branch says of itself does not count.
 */
export async function readPolicies(
  look: Look,
  headSha: Sha,
  present: PolicyFile | null,
): Promise<PoliciesRead> {
  const { root } = look;
  if (root !== null) {
    const { policyFile: file, policyHistory: history } = root;
    return {
      file,
      history,
      policy: policyIn(effectivePolicy(file, [...history, root.memory.lastGoodPolicy])),
    };
  }
  const file = present;
  const isWrong = file !== null && parsePolicy(file).kind === "invalid";
  const history = isWrong ? await readPolicyHistory(look, headSha) : [];
  return {
    file,
    history,
    policy: policyIn(effectivePolicy(file, [...history, look.memory.lastGoodPolicy])),
  };
}

/** The commit that first put a policy file on the default branch, and when; null: none did. */
export async function readStart(
  look: Look,
  headSha: Sha,
): Promise<{ readonly sha: Sha; readonly at: number } | null> {
  const { root } = look;
  const own = root?.head ? { look: { ...look, line: root.line }, sha: root.head.sha } : null;
  const changes = await readPathChanges(
    own?.look ?? look,
    own?.sha ?? headSha,
    POLICY_PATH,
    CHANGES_MAX,
  );
  return changes.at(-1) ?? null;
}

/**
 * When the repository was started. It matters where work may be older than the start: in the first
 * release of ours and in its comments; nobody asks GitHub otherwise.
 */
export async function readStartedAt(
  look: Look,
  head: Head,
  seen: {
    readonly policyFile: PolicyFile | null;
    readonly isStartForced: boolean;
    readonly releases: readonly ReleaseSeen[];
    readonly batch: { readonly startedAt: number | null };
    readonly announcement: { readonly announcement: Announcement } | null;
  },
): Promise<number | null> {
  const { policyFile, batch, releases, announcement } = seen;
  const known = look.memory.startedAt ?? look.root?.startedAt ?? batch.startedAt;
  if (known !== null) return known;
  const newest = releases.find((release) => !release.isDraft);
  // Also while there is nothing to release: the first release is then one request faster.
  const isFirst = newest?.isOurs !== true;
  // The operator's start is the first look of all; without memory, any look before a release.
  if (policyFile === null) return seen.isStartForced && isFirst ? look.now : null;
  const mayComment =
    announcement?.announcement.subjects.some(({ isCommented }) => !isCommented) ?? false;
  if (!isFirst && !mayComment) return null;
  return (await readStart(look, head.sha))?.at ?? (look.isAsIf === true ? look.now : null);
}

/** The first look, as it would be with another policy. */
export function asIf(first: FirstLook, { policy }: Pick<LineRequest, "policy">): FirstLook {
  if (policy === undefined) return first;
  const contents = policy && {
    kind: "Blob",
    oid: policy.sha,
    byteSize: policy.sizeBytes,
    text: policy.text,
  };
  return {
    ...first,
    look: { ...first.look, isAsIf: true },
    answer: { ...first.answer, policyFile: contents },
  };
}
