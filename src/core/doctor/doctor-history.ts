import { LOOKS_LIKE_VERSION } from "../base.ts";
import type { BaseChoice } from "../base.ts";
import type { Examined } from "../examined.ts";
import { findStatements, isAbove } from "../files/version-statements.ts";
import { inertCode } from "../inert.ts";
import { isPreviewTag } from "../preview-tag.ts";
import { isMostlyUntyped, isTyped } from "../start.ts";
import { FIRST_VERSION, chooseTagFormat, formatTag, isStable, parseTag } from "../version.ts";
import { listCode } from "./finding-words.ts";
import { fine, todo } from "./finding.ts";
import type { Finding } from "./finding.ts";

type BaseHold = Extract<BaseChoice, { kind: "hold" }>;

/** Newest tags that should look like the base. */
const TAGS_LIKE_BASE = 10;

/** What the next release would follow, and why. */
export function judgeBaseFound(examined: Examined): Finding {
  const { base, branch } = examined;
  switch (base.kind) {
    case "none":
      return judgeFirst(examined);
    case "base": {
      const newer = otherForm(examined, base.tag.name);
      if (newer !== null) {
        const text = `Releases would follow ${inertCode(base.tag.name)}, and newer tags such as ${inertCode(newer)} have another form`;
        return todo("base", text, {
          todo: "Say which form goes on: `tag: pkg-v{version}` in the policy, or a component for each form (`components`).",
        });
      }
      const what = isStable(base.version) ? "highest version" : "version that the policy names,";
      const on = `the ${what} on ${inertCode(branch)}`;
      return fine("base", `Releases follow ${inertCode(base.tag.name)}, ${on}`);
    }
    case "hold": {
      const line = base.suggestion === null ? [] : [`base: ${base.suggestion}`];
      if (!examined.hasOwnTags) {
        return todo("base", describeHold(base), { todo: adviseHold(base), policy: line });
      }
      // Tags of packages are no question once each package is a component: one thing, said once.
      if (base.code === "base-other-tags") {
        return fine(
          "base",
          `Each package follows its own tags, see workspaces: ${listCode(base.seen)}`,
        );
      }
      return todo("base", describeHold(base), {
        todo: `Each package follows its own tags, see workspaces. What is in none of them waits. ${adviseHold(base)}`,
      });
    }
  }
}

function judgeFirst({ policy, files }: Examined): Finding {
  const first = formatTag(FIRST_VERSION, chooseTagFormat(policy?.tag ?? null, null));
  const text = `No version tag yet: the first release is ${inertCode(first)}`;
  const [stated] = findStatements(files, null);
  if (stated === undefined || !isAbove(stated.version, FIRST_VERSION)) return fine("base", text);
  const { path, version } = stated;
  return todo("base", `${text}, while ${inertCode(path)} says ${inertCode(version)}`, {
    todo: `If that was released, tag its commit by hand (${inertCode(`git tag v${version} COMMIT`)}, and push it), and releases follow it.`,
  });
}

/** A newer tag of another form, where none of the newest ones look like the base; else null. */
function otherForm({ tags, policy, hasOwnTags }: Examined, base: string): string | null {
  const isQuiet = hasOwnTags || policy?.tag !== undefined || policy?.components !== undefined;
  if (isQuiet || policy?.base !== undefined) return null;
  const newest = tags
    .filter((tag) => LOOKS_LIKE_VERSION.test(tag) && !isPreviewTag(tag))
    .slice(0, TAGS_LIKE_BASE);
  const form = chooseTagFormat(null, base);
  const hasBase = newest.some((tag) => parseTag(tag, form) !== null);
  return hasBase ? null : (newest[0] ?? null);
}

function describeHold({ code, seen }: BaseHold): string {
  const names = listCode(seen);
  return {
    "base-not-highest": `Higher versions are not on this branch: ${names}`,
    "base-prerelease": `The newest version ${names} is a prerelease`,
    "base-other-tags": `No version tag of the repository, but ${names}`,
    "base-missing": `The policy's base ${names} does not exist`,
    "base-unreadable": `The policy's base ${names} is no version of the form of its tags`,
    "base-not-ancestor": `The policy's base ${names} is not on this branch`,
  }[code];
}

function adviseHold({ code, seen, suggestion }: BaseHold): string {
  const named =
    suggestion === null
      ? "Write the tag that releases should follow into the policy, such as `base: v1.4.2`."
      : `Write ${inertCode(`base: ${suggestion}`)} to follow that one.`;
  if (code === "base-prerelease") {
    return `${named} To go on with prereleases instead, write ${inertCode(`base: ${seen.join("")}`)}.`;
  }
  const other = ["base-other-tags", "base-unreadable"].includes(code)
    ? " Where your tags look different, write that too, such as `tag: pkg-v{version}`."
    : "";
  return `${named}${other}`;
}

/** How many of the last merges say what they are. */
export function judgeTitles({ merges, github }: Examined): Finding {
  if (merges.length === 0) return fine("titles", "No pull request was merged yet");
  const typed = merges.filter(isTyped).length;
  const [how, not] =
    github === null ? ["a type", "no type"] : ["a type or a label", "neither a type nor a label"];
  const text =
    merges.length === 1
      ? `The one merge carries ${typed === 1 ? how : not}`
      : `${typed} of the last ${merges.length} merges carry ${how}`;
  if (!isMostlyUntyped(merges)) return fine("titles", text);
  if (github === null) return fine("titles", `${text}; labels may say more on GitHub`);
  return todo("titles", text, {
    todo:
      "Merges that say nothing are prepared, and wait for a person. Begin titles with `feat:` or " +
      "`fix:`, or write `untyped: patch` in the policy.",
  });
}
