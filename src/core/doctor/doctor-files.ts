import type { Examined } from "../examined.ts";
import { hasSection } from "../files/changelog-text.ts";
import {
  findStatements,
  inheritsVersion,
  isAbove,
  memberStatements,
  readsTag,
} from "../files/version-statements.ts";
import type { VersionStatement } from "../files/version-statements.ts";
import { inertCode } from "../inert.ts";
import { chooseTagFormat, parseTag } from "../version.ts";
import { proposeComponents, readMemberTag } from "../workspaces.ts";
import type { Member } from "../workspaces.ts";
import { isPushBlocked } from "./doctor-rules.ts";
import { capitalize, countWords, listCode, yamlWord } from "./finding-words.ts";
import { fine, todo } from "./finding.ts";
import type { Finding } from "./finding.ts";

/** Beside tags of the repository, those of a package that are older say nothing any more. */
const TAGS_JUDGED = 100;

/** Files that say the version, which a tag alone leaves as they are. */
export function judgeVersionFiles(examined: Examined): Finding {
  const { files, policy, members, tags, hasOwnTags } = examined;
  const version = baseVersion(examined);
  const baseOf = (path: string): string | null => {
    const member = members.find((own) => path.startsWith(`${own.path}/`));
    return hasOwnTags && member !== undefined ? newestOf(member, tags) : version;
  };
  const found = [...findStatements(files, version), ...memberStatements(files, baseOf)];
  const isWritten = ({ path, by }: VersionStatement): boolean =>
    by === "package"
      ? policy?.files?.package === "on"
      : policy?.files?.marker?.includes(path) === true;
  const left = found.filter((own) => !isWritten(own));
  const lines = writeFiles(left, examined);
  const offered = offerChangelog(examined, { version, lines });
  if (left.length === 0)
    return { ...fine("version files", describeDone(examined, found)), offered };
  const paths = left.map(({ path }) => path);
  const text =
    left.length === 1
      ? `${listCode(paths)} says ${listCode(left.map((own) => own.version))}, and ${left.every(isHigh) ? "the last release is lower" : "a tag alone leaves it so"}`
      : `${listCode(paths)} say the version, and a tag alone leaves them so`;
  const fixes = describeFixes(left).join(" ");
  return { ...todo("version files", text, { todo: fixes, policy: lines }), offered };
}

/** Of the tag that releases follow, or would follow once the policy says so. */
function baseVersion({ base, policy }: Examined): string | null {
  if (base.kind === "base") return base.version;
  const named = base.kind === "hold" ? base.suggestion : null;
  return named === null ? null : parseTag(named, chooseTagFormat(policy?.tag ?? null, named));
}

/** Version of the newest tag of a package; null: it has none of its own. */
function newestOf(member: Member, tags: readonly string[]): string | null {
  const tag = tags.find((name) => readMemberTag(name, member) !== null);
  return tag === undefined ? null : readMemberTag(tag, member);
}

function isHigh({ version, base }: VersionStatement): boolean {
  return base !== null && isAbove(version, base);
}

function describeDone({ files }: Examined, found: readonly VersionStatement[]): string {
  const paths = found.map(({ path }) => path);
  if (paths.length > 0) return `Each release writes its version into ${listCode(paths)}`;
  const tool = readsTag(files);
  if (tool !== null) return `${tool} reads the version from the tag`;
  return "No file says a version that a release would leave behind";
}

function describeFixes(left: readonly VersionStatement[]): readonly string[] {
  const high = left.filter(isHigh);
  const packages = left.filter((own) => own.by === "package" && !high.includes(own));
  const markers = left.filter((own) => own.by === "marker" && !high.includes(own));
  const nobody = left.filter(({ by }) => by === "nobody");
  const isPython = markers.some(({ path }) => path === "pyproject.toml" || path === "setup.py");
  return [
    ...high
      .slice(0, 1)
      .map(
        ({ path, version, base }) =>
          `Releases count on from ${inertCode(String(base))}, and what is built would still call itself ` +
          `${inertCode(version)} (${inertCode(path)}): set it back to what was released, or release that version once by hand.`,
      ),
    ...(packages.length > 0
      ? [`Let each release write it: \`files: { package: on }\` in the policy.`]
      : []),
    ...(markers.length > 0
      ? [
          `Mark that line of ${listPaths(markers)} with a comment \`x-release-version\`, and name the file under \`files.marker\`` +
            `${isPython ? "; or let setuptools-scm or hatch-vcs read the tag" : ""}.`,
        ]
      : []),
    ...(nobody.length > 0
      ? [`${listPaths(nobody)} has no room for a mark: let the build write it from the tag.`]
      : []),
  ];
}

function listPaths(statements: readonly VersionStatement[]): string {
  return listCode(statements.map(({ path }) => path));
}

/** What can be written as the repository is: manifests, and files with a mark. */
function writeFiles(
  left: readonly VersionStatement[],
  { files, github, policy, hasOwnTags }: Examined,
): readonly string[] {
  if (policy?.files !== undefined) return [];
  const packages = left.filter(({ by, base }) => by === "package" && base !== null);
  const isAlone =
    hasOwnTags && files.members.some((path) => inheritsVersion(files.texts.get(path) ?? ""));
  const hasPackage = packages.length > 0 && !packages.some(isHigh) && !isAlone;
  const marked = left
    .filter(({ by, base, isMarked }) => by === "marker" && base !== null && isMarked)
    .map(({ path }) => yamlWord(path));
  if (!hasPackage && marked.length === 0) return [];
  return [
    "files:",
    ...(hasPackage ? ["  package: on"] : []),
    ...(marked.length > 0 ? [`  marker: [${marked.join(", ")}]`] : []),
    ...(github !== null && isPushBlocked(github.branchRules) ? ["  as: pull"] : []),
  ];
}

/** A changelog that people keep, which releases can go on with, below what is written anyway. */
function offerChangelog(
  { files, policy }: Examined,
  { version, lines }: { readonly version: string | null; readonly lines: readonly string[] },
): readonly string[] {
  if (version === null || policy?.files !== undefined) return [];
  const path = "CHANGELOG.md";
  if (!hasSection(files.texts.get(path) ?? "", version)) return [];
  return [...(lines.length === 0 ? ["files:"] : lines), `  changelog: ${path}`];
}

/** Packages that could be released on their own. */
export function judgeWorkspaces(examined: Examined): Finding {
  const { policy, members, tags, hasOwnTags, base } = examined;
  const count = policy?.components?.length ?? 0;
  if (count > 0) {
    return fine("workspaces", `${capitalize(countWords(count, "component"))}, as the policy says`);
  }
  // Beside tags of the whole repository, a package without any of its own has that version.
  const newest = hasOwnTags ? tags : tags.slice(0, TAGS_JUDGED);
  const tagged =
    base.kind === "base" ? members.filter((own) => newestOf(own, newest) !== null) : [];
  const isSome = members.length > 1 && tagged.length > 0 && tagged.length < members.length;
  const block = proposeComponents(isSome ? tagged : members, tags, isSome ? 1 : 2);
  if (block === null) return fine("workspaces", "One package, or none: one version for all of it");
  const all = countWords(members.length, "package");
  const isOne = isSome && tagged.length === 1;
  const packages = isSome ? `${tagged.length} of ${all}` : all;
  const lines = block.split("\n");
  if (hasOwnTags) {
    const have = isOne ? "has a version of its own" : "have versions of their own";
    const rest = isSome ? " The others keep the version of the repository." : "";
    return todo("workspaces", `${packages} ${have}`, {
      todo: `Each becomes a component, with the tags that it has.${rest}`,
      policy: lines,
    });
  }
  const have = isSome
    ? isOne
      ? "has tags of its own"
      : "have tags of their own"
    : "with one version for all of them";
  return { ...fine("workspaces", `${packages} ${have}`), offered: lines };
}
