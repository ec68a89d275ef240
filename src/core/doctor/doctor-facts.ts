import type { BaseChoice } from "../base.ts";
import type { Policy } from "../policy/policy-schema.ts";
import type { Sha } from "../state.ts";

/** All that the doctor judges: what git says of a repository, and what GitHub says beside it. */
export interface DoctorFacts {
  /** Default branch, without `refs/heads/`. */
  readonly branch: string;
  /** The policy that applies; null: none stands on the branch, or none that can be read. */
  readonly policy: Policy | null;
  /** What the next release would follow. */
  readonly base: Exclude<BaseChoice, { kind: "ask" }>;
  /** Names of the tags that were read, newest first. */
  readonly tags: readonly string[];
  /** Newest merges first, at most 50. A local history knows no labels: they are empty there. */
  readonly merges: readonly { readonly title: string; readonly labels: readonly string[] }[];
  readonly files: RepositoryFiles;
  /** Null: only git was asked. */
  readonly github: GitHubFacts | null;
}

export interface RepositoryFiles {
  /** At least those in `DOCTOR_FOLDERS`. */
  readonly paths: readonly string[];
  /** Those of `listDoctorFiles`, and of `members`; null: too large, or no text. */
  readonly texts: ReadonlyMap<string, string | null>;
  /** Manifests of the packages of its workspaces, at most 50. */
  readonly members: readonly string[];
}

export interface GitHubFacts {
  readonly hasIssues: boolean;
  /** Newest commits of the branch, newest first: what reported on each, ours left out. */
  readonly commits: readonly {
    readonly sha: Sha;
    readonly contexts: readonly ContextSeen[];
  }[];
  /** Contexts that branch protection and rulesets require on the branch. */
  readonly required: readonly string[];
  readonly branchRules: BranchRules;
  /** Rulesets on tags that are in force; null: GitHub did not say. */
  readonly tagRulesets: readonly TagRuleset[] | null;
  /** Permissions that the owner has not granted; null: looked with a token that is no App's. */
  readonly missing: readonly MissingPermission[] | null;
}

export interface ContextSeen {
  readonly name: string;
  /** A job of a workflow of GitHub Actions. */
  readonly isJob: boolean;
}

export interface BranchRules {
  /** Rulesets in force, by name, with the types of their rules such as `PULL_REQUEST`. */
  readonly rulesets: readonly { readonly name: string; readonly types: readonly string[] }[];
  /** Reviews that a pull needs; 0: none. */
  readonly reviews: number;
  /** May whoever asked push to the branch? Null: nothing protects it, or GitHub did not say. */
  readonly mayPush: boolean | null;
}

export interface TagRuleset {
  readonly name: string;
  /** Patterns of full names, `refs/tags/v*`, or `~ALL`. */
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly rules: readonly TagRule[];
  /** May whoever asked pass it by? Null: GitHub did not say. */
  readonly mayBypass: boolean | null;
}

export interface TagRule {
  /** `CREATION`, `UPDATE`, `TAG_NAME_PATTERN`... */
  readonly type: string;
  /** Of `TAG_NAME_PATTERN`; null for others. */
  readonly pattern: {
    readonly operator: string;
    readonly pattern: string;
    readonly isNegated: boolean;
  } | null;
}

interface MissingPermission {
  /** `issues: write` */
  readonly permission: string;
  /** `no comments; the releases go on` */
  readonly cost: string;
}
