import { findPaths } from "./files/cargo-ranges.ts";
import { readCargoName, readTomlList } from "./files/cargo-text.ts";
import { matchesGlob } from "./glob.ts";
import { POLICY_PATH } from "./policy/policy-errors.ts";
import { readPolicyYaml } from "./policy/policy-yaml.ts";
import { isTagForm } from "./tag-form.ts";
import { parseTag } from "./version.ts";

/** Files at the root of a repository that name its workspaces. */
export const WORKSPACE_FILES = ["pnpm-workspace.yaml", "package.json", "Cargo.toml"] as const;

/** Longer rows of the policy are written over several lines. */
const ROW_CHARS_MAX = 78;

/** Packages that are proposed; a policy takes no more. */
const MEMBERS_MAX = 50;

/** What lies below them is there for tests, whatever a workspace's pattern says. */
const TEST_FOLDERS =
  /(?:^|\/)(?:(?:tests?|fixtures|testdata)\/.|__tests__|__fixtures__|node_modules)/;

/** Which folders are packages of a workspace. */
export interface Workspace {
  readonly manifest: "package.json" | "Cargo.toml";
  /** As written, without a leading `./` or a slash at the end. */
  readonly includes: readonly string[];
  readonly excludes: readonly string[];
}

/** The workspaces that these texts name, by path; none where they name none. Never throws. */
export function readWorkspaces(texts: ReadonlyMap<string, string>): readonly Workspace[] {
  const pnpm = readPnpm(texts.get("pnpm-workspace.yaml") ?? null);
  // pnpm does not read the field of npm and yarn.
  const npm = pnpm.length > 0 ? pnpm : readNpm(texts.get("package.json") ?? null);
  const cargo = texts.get("Cargo.toml") ?? "";
  const members = readTomlList(cargo, { table: "workspace", key: "members" });
  // What the root takes from a folder below it is a package of its workspace as well.
  const paths = /^\s*\[workspace\]/m.test(cargo)
    ? findPaths(cargo).filter((path) => !/^\.\.|^\.?$|^\//.test(path))
    : [];
  const excluded = readTomlList(cargo, { table: "workspace", key: "exclude" });
  return [
    toWorkspace("package.json", npm),
    toWorkspace("Cargo.toml", [...members, ...paths, ...excluded.map((path) => `!${path}`)]),
  ].filter(({ includes }) => includes.length > 0);
}

function toWorkspace(manifest: Workspace["manifest"], patterns: readonly string[]): Workspace {
  return {
    manifest,
    includes: patterns.filter((pattern) => !pattern.startsWith("!")).map(plainPattern),
    excludes: patterns.filter((pattern) => pattern.startsWith("!")).map(plainPattern),
  };
}

function plainPattern(pattern: string): string {
  return pattern.replace(/^!/, "").replace(/^\.\//, "").replace(/\/+$/, "");
}

function readPnpm(text: string | null): readonly string[] {
  const yaml = text === null ? null : readPolicyYaml(text);
  if (yaml?.kind !== "read") return [];
  return stringsIn(fieldOf(yaml.value, "packages"));
}

/** A list, or yarn's `{ packages: [...] }`. */
function readNpm(text: string | null): readonly string[] {
  const field = fieldOf(parseJson(text), "workspaces");
  return Array.isArray(field) ? stringsIn(field) : stringsIn(fieldOf(field, "packages"));
}

function parseJson(text: string | null): unknown {
  try {
    return text === null ? null : JSON.parse(text);
  } catch {
    // Somebody is at work on it: there is nothing to propose then.
    return null;
  }
}

function fieldOf(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  return Object.entries(value).find(([key]) => key === name)?.[1];
}

function stringsIn(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === "string") : [];
}

/**
 * Manifests of the packages of workspaces among the paths of a repository, at most `max`; those of
 * tests come last.
 */
export function findMembers(
  workspaces: readonly Workspace[],
  paths: readonly string[],
  max = MEMBERS_MAX,
): readonly string[] {
  return workspaces
    .flatMap(({ manifest, includes, excludes }) =>
      paths.filter((path) => {
        if (!path.endsWith(`/${manifest}`)) return false;
        const folder = path.slice(0, -manifest.length - 1);
        const isNamed = (pattern: string): boolean => namesFolder(pattern, folder);
        return includes.some(isNamed) && !excludes.some(isNamed);
      }),
    )
    .toSorted((left, right) => Number(isOfTests(left)) - Number(isOfTests(right)))
    .slice(0, max);
}

function isOfTests(path: string): boolean {
  return TEST_FOLDERS.test(path.slice(0, Math.max(0, path.lastIndexOf("/"))));
}

/** Exactly this folder, and not one around it: `packages/*` has no `packages/a/b`. */
function namesFolder(pattern: string, folder: string): boolean {
  const names = pattern.split("/");
  const isExact = names.includes("**") || names.length === folder.split("/").length;
  return matchesGlob(`/${pattern}`, folder) && isExact;
}

export interface Member {
  /** Folder. */
  readonly path: string;
  /** As its manifest says: `@acme/core`. */
  readonly name: string;
}

/** The package of a manifest; null where it is published nowhere, or cannot be read. */
export function readMember(path: string, text: string): Member | null {
  const folder = path.slice(0, Math.max(0, path.lastIndexOf("/")));
  if (isOfTests(path)) return null;
  if (path.endsWith("Cargo.toml")) {
    const name = readCargoName(text);
    const isPrivate = /^[ \t]*publish[ \t]*=[ \t]*false\b/m.test(text);
    return name === null || isPrivate ? null : { path: folder, name };
  }
  const json = parseJson(text);
  const name = fieldOf(json, "name");
  const isPublished = fieldOf(json, "private") !== true;
  return isPublished && typeof name === "string" ? { path: folder, name } : null;
}

/**
 * The lines of the policy that release each package on its own; null where there are fewer than
 * `min`. `tags`: names of the repository's tags, newest first, whose form is kept where one is seen.
 */
export function proposeComponents(
  members: readonly Member[],
  tags: readonly string[],
  min = 2,
): string | null {
  if (members.length < min) return null;
  const shorts = members.map(({ name }) => shortOf(name));
  const rows = members.map(({ path, name }) => {
    const short = shortOf(name);
    const isOnly = shorts.filter((other) => other === short).length === 1;
    const own = isOnly ? short : name;
    const form = findForm(isOnly ? [...new Set([name, short])] : [name], tags);
    const isDefault = form === null || form === `${own}-v{version}`;
    const pairs = [
      `name: ${quote(own)}`,
      `path: ${quote(path)}`,
      ...(isDefault ? [] : [`tag: ${quote(form)}`]),
    ];
    const row = `  - { ${pairs.join(", ")} }`;
    return row.length <= ROW_CHARS_MAX ? row : `  - ${pairs.join("\n    ")}`;
  });
  return ["components:", ...rows].join("\n");
}

/** `core` of `@acme/core`. */
function shortOf(name: string): string {
  return name.slice(name.lastIndexOf("/") + 1);
}

/** Form of the newest tag that the package has already, as other tools write them. */
function findForm(names: readonly string[], tags: readonly string[]): string | null {
  const forms = formsOf(names);
  for (const tag of tags) {
    const form = forms.find((own) => parseTag(tag, own) !== null);
    if (form !== undefined) return form;
  }
  return null;
}

function formsOf(names: readonly string[]): readonly string[] {
  return names
    .flatMap((own) => [
      `${own}@{version}`,
      `${own}-v{version}`,
      `${own}-{version}`,
      `${own}/v{version}`,
      `${own}@v{version}`,
    ])
    .filter(isTagForm);
}

/** Version of this package alone that the tag names; null: it names none. */
export function readMemberTag(tag: string, { name }: Member): string | null {
  const forms = formsOf([name, shortOf(name)]);
  return forms.map((form) => parseTag(tag, form)).find((version) => version !== null) ?? null;
}

/** YAML takes plain words as they are. */
function quote(text: string): string {
  return /^[A-Za-z][\w./-]*$/.test(text) ? text : JSON.stringify(text);
}

/** What people read where workspaces are not components yet. */
export function renderProposal(yaml: string): string {
  return (
    `This repository has workspaces. To release each package on its own, write in \`${POLICY_PATH}\`:` +
    `\n\n\`\`\`yaml\n${yaml}\n\`\`\``
  );
}
