import type { DoctorFacts } from "./doctor/doctor-facts.ts";
import { isWorkflowPath, readWorkflow } from "./doctor/workflow-file.ts";
import type { Workflow } from "./doctor/workflow-file.ts";
import { tagOfComponent } from "./policy/policy-lines.ts";
import {
  FIRST_VERSION,
  chooseTagFormat,
  formatTag,
  isStable,
  nextPrerelease,
  nextVersion,
  parseTag,
} from "./version.ts";
import { readMember, readMemberTag } from "./workspaces.ts";
import type { Member } from "./workspaces.ts";

/** The facts, and what several findings need to know of them. */
export interface Examined extends DoctorFacts {
  readonly workflows: readonly Workflow[];
  /** Names of files of workflows that are too many, too large, or cannot be read. */
  readonly unread: readonly string[];
  /** Tag of the next patch, `v1.4.3`, then the first tags of the policy's components. */
  readonly nextTags: readonly [string, ...string[]];
  /** Packages of its workspaces that are published. */
  readonly members: readonly Member[];
  /** Have packages had versions of their own lately, rather than the repository? */
  readonly hasOwnTags: boolean;
}

/** Newest tags that tell how versions are given now. */
const TAGS_JUDGED = 30;

export function examine(facts: DoctorFacts): Examined {
  const paths = facts.files.paths.filter(isWorkflowPath);
  const read = paths.map((path) => {
    const text = facts.files.texts.get(path) ?? null;
    return { path, workflow: text === null ? null : readWorkflow(path, text) };
  });
  const members = readMembers(facts);
  const hasOwnTags = judgeTags(facts.tags.slice(0, TAGS_JUDGED), members);
  return {
    ...facts,
    members,
    hasOwnTags,
    workflows: read.flatMap(({ workflow }) => workflow ?? []),
    unread: read
      .filter(({ workflow }) => workflow === null)
      .map(({ path }) => path.slice(path.lastIndexOf("/") + 1)),
    nextTags: nextTags(facts, hasOwnTags ? members : []),
  };
}

/** Of each package with tags of its own the next one, or the repository's; and the policy's. */
function nextTags(facts: DoctorFacts, members: readonly Member[]): Examined["nextTags"] {
  const own = members.flatMap((member) => {
    const tag = facts.tags.find((name) => readMemberTag(name, member) !== null);
    return tag === undefined ? [] : [raise(tag, String(readMemberTag(tag, member)))];
  });
  const components = (facts.policy?.components ?? []).map((component) =>
    formatTag(FIRST_VERSION, tagOfComponent(component)),
  );
  const [first, ...rest] = own;
  return first === undefined
    ? [nextTag(facts), ...components]
    : [first, ...rest, ...components, nextTag(facts)];
}

function nextTag({ base, policy }: DoctorFacts): string {
  const known =
    base.kind === "base" ? base.tag.name : base.kind === "hold" ? base.suggestion : null;
  const form = chooseTagFormat(policy?.tag ?? null, known);
  const version = known === null ? null : parseTag(known, form);
  return version === null ? formatTag(FIRST_VERSION, form) : raise(String(known), version);
}

/** The same tag with the next patch in it. */
function raise(tag: string, version: string): string {
  const next = isStable(version) ? nextVersion(version, "patch") : nextPrerelease(version, "patch");
  const at = tag.lastIndexOf(version);
  return `${tag.slice(0, at)}${next}${tag.slice(at + version.length)}`;
}

function readMembers({ files: { members, texts } }: DoctorFacts): readonly Member[] {
  return members.flatMap((path) => {
    const text = texts.get(path);
    return typeof text === "string" ? (readMember(path, text) ?? []) : [];
  });
}

/** Half of the tags of packages and of the repository name a package. */
function judgeTags(tags: readonly string[], members: readonly Member[]): boolean {
  const own = tags.filter((tag) =>
    members.some((member) => readMemberTag(tag, member) !== null),
  ).length;
  const whole = tags.filter((tag) => parseTag(tag, "v{version}") !== null).length;
  return members.length > 1 && own > 0 && own >= whole;
}
