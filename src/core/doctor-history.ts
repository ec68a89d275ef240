import type { DoctorFacts } from "./doctor-facts.ts";
import { fine, todo } from "./finding.ts";
import type { Finding } from "./finding.ts";
import { inertCode, inertText } from "./inert.ts";
import { holdForBase } from "./reasons.ts";
import { isMostlyUntyped, isTyped } from "./start.ts";
import { FIRST_VERSION, chooseTagFormat, formatTag, isStable } from "./version.ts";

/** What the next release would follow, and why. */
export function judgeBaseFound({ base, branch, policy, components }: DoctorFacts): Finding {
  switch (base.kind) {
    case "none": {
      const first = formatTag(FIRST_VERSION, chooseTagFormat(policy?.tag ?? null, null));
      return fine("base", `No version tag yet: the first release is ${inertCode(first)}`);
    }
    case "base": {
      const what = isStable(base.version) ? "highest version" : "version that the policy names,";
      const on = `the ${what} on ${inertCode(branch)}`;
      return fine("base", `Releases follow ${inertCode(base.tag.name)}, ${on}`);
    }
    case "hold": {
      const { what, detail } = holdForBase(base);
      const line = base.suggestion === null ? [] : [`base: ${base.suggestion}`];
      // Tags of packages are no question once each package is a component.
      const isAnswered = base.code === "base-other-tags" && components !== null;
      const text = inertText(`${what.charAt(0).toUpperCase()}${what.slice(1)}`);
      return isAnswered
        ? todo("base", text, { todo: "Release each package on its own: `components` below." })
        : todo("base", text, { todo: detail, policy: line });
    }
  }
}

/** How many of the last merges say what they are. */
export function judgeTitles({ merges, github }: DoctorFacts): Finding {
  if (merges.length === 0) return fine("titles", "No pull request was merged yet");
  const typed = merges.filter(isTyped).length;
  const how = github === null ? "a type" : "a type or a label";
  const text = `${typed} of the last ${merges.length} merges carry ${how}`;
  if (!isMostlyUntyped(merges)) return fine("titles", text);
  if (github === null) return fine("titles", `${text}; labels may say more on GitHub`);
  return todo("titles", text, {
    todo:
      "Merges that say nothing are prepared, and wait for a person. Begin titles with `feat:` or " +
      "`fix:`, or write `untyped: patch` in the policy.",
  });
}
