import { inheritsVersion, readCargoName, readInheritedVersion } from "../files/cargo-text.ts";
import { readCargoVersion, readTomlList, readTomlText } from "../files/cargo-text.ts";
import { folderOf, nameOf } from "../size/paths.ts";
import { parseTag } from "../version.ts";
import { parseObject, textOf } from "./json-object.ts";
import { readNpm } from "./npm-manifest.ts";
import type { Ecosystem } from "./packages.ts";
import { readPom, readProject } from "./xml-manifests.ts";

/** Manifests of packages as their tools read them, as far as names, versions and registries go. */

export interface Manifest {
  readonly ecosystem: Ecosystem;
  readonly name: string;
  /** Empty: the root. */
  readonly folder: string;
  /** Null: it says none, or one that is no semantic version. */
  readonly version: string | null;
  readonly registry: string | null;
}

/** What a manifest says of a package that is published. Null: it is published nowhere. */
export interface Said {
  readonly ecosystem: Ecosystem;
  readonly name: string | null;
  readonly version: string | null;
  readonly registry?: string | null;
}

interface Source {
  readonly path: string;
  readonly text: string;
  /** `Cargo.toml` of the root; null: there is none. */
  readonly root: string | null;
}

type Read = (source: Source) => Said | null;

const BY_NAME: Readonly<Record<string, Read>> = {
  "package.json": ({ text }) => readNpm(text),
  "Cargo.toml": readCargo,
  "pyproject.toml": readPyproject,
  "setup.cfg": readSetupCfg,
  "go.mod": readGoMod,
  "composer.json": readComposer,
  "pom.xml": ({ text }) => readPom(text),
  "mix.exs": readMix,
  "pubspec.yaml": readPubspec,
  "action.yml": readAction,
  "action.yaml": readAction,
};

const BY_END: readonly (readonly [RegExp, Read])[] = [
  [/\.gemspec$/, readGemspec],
  [/\.[cf]sproj$/, ({ path, text }) => readProject(path, text)],
];

/** Names that the registries take, and that nothing on the way to them reads as more than a name. */
const NAMES: Readonly<Partial<Record<Ecosystem, RegExp>>> = {
  npm: /^(?:@[a-z0-9~][\w.~-]{0,100}\/)?[a-z0-9~][\w.~-]{0,213}$/i,
  Go: /^[a-z0-9][\w.~-]*(?:\/[\w.~-]+)*$/i,
  Packagist: /^[a-z0-9][\w.-]{0,100}\/[a-z0-9][\w.-]{0,100}$/i,
  Maven: /^[a-z0-9][\w.-]{0,200}:[a-z0-9][\w.-]{0,100}$/i,
};
const NAME = /^[a-z0-9][\w.-]{0,100}$/i;

/** Folders with what nobody publishes, or what somebody else does. */
const ELSEWHERE =
  /(?:^|\/)(?:node_modules|vendor|third_party|tests?|__tests__|fixtures|__fixtures__|testdata|examples?|samples?|demos?|docs?|benchmarks?|templates?)\//i;

const DEPTH_MAX = 4;
/** No manifest that people write is longer. */
const CHARS_MAX = 262_144;
/** Manifests that are read of one release. */
const MANIFESTS_MAX = 20;

/** Those among the paths of a repository that may tell what is published, the outermost first. */
export function listManifests(paths: readonly string[]): readonly string[] {
  return paths
    .filter((path) => readerOf(path) !== null)
    .filter((path) => depthOf(path) <= DEPTH_MAX && !ELSEWHERE.test(path))
    .toSorted((left, right) => depthOf(left) - depthOf(right))
    .slice(0, MANIFESTS_MAX);
}

function depthOf(path: string): number {
  return path.split("/").length;
}

function readerOf(path: string): Read | null {
  const name = nameOf(path);
  const own = Object.hasOwn(BY_NAME, name) ? BY_NAME[name] : undefined;
  return own ?? BY_END.find(([end]) => end.test(name))?.[1] ?? null;
}

/** Null: it publishes nothing, or cannot be read. `root`: the `Cargo.toml` of the root. */
export function readManifest(path: string, text: string, root: string | null): Manifest | null {
  if (text.length > CHARS_MAX) return null;
  const said = readerOf(path)?.({ path, text, root }) ?? null;
  if (said?.name === null || said?.name === undefined) return null;
  const { ecosystem, name, registry = null } = said;
  if (!(NAMES[ecosystem] ?? NAME).test(name)) return null;
  const version = said.version === null ? null : parseTag(said.version, "{version}");
  return { ecosystem, name, folder: folderOf(path), version, registry };
}

function readCargo({ text, root }: Source): Said | null {
  const isPrivate = /^[ \t]*publish[ \t]*=[ \t]*(?:false\b|\[\s*\])/m.test(text);
  if (isPrivate) return null;
  const version = inheritsVersion(text)
    ? readInheritedVersion(root ?? text)
    : readCargoVersion(text);
  return { ecosystem: "crates.io", name: readCargoName(text), version };
}

function readPyproject({ text }: Source): Said | null {
  const classifiers = readTomlList(text, { table: "project", key: "classifiers" });
  if (classifiers.some((each) => each.startsWith("Private ::"))) return null;
  const [table = "project"] = ["project", "tool.poetry"].filter(
    (each) => readTomlText(text, { table: each, key: "name" }) !== null,
  );
  const read = (key: string): string | null => readTomlText(text, { table, key });
  return { ecosystem: "PyPI", name: read("name"), version: read("version") };
}

/** `[metadata]` of an INI file, whose strings have no quotes. */
function readSetupCfg({ text }: Source): Said | null {
  const [, metadata = ""] = /^\[metadata\][ \t]*$([\s\S]*?)(?=^\[|(?![\s\S]))/m.exec(text) ?? [];
  if (/^\s*Private ::/m.test(metadata)) return null;
  const read = (key: string): string | null =>
    new RegExp(`^${key}[ \\t]*=[ \\t]*(\\S+)[ \\t]*$`, "m").exec(metadata)?.[1] ?? null;
  return { ecosystem: "PyPI", name: read("name"), version: read("version") };
}

function readGoMod({ text }: Source): Said | null {
  const [, name = null] = /^module[ \t]+"?([^\s"]+)"?/m.exec(text) ?? [];
  return { ecosystem: "Go", name, version: null };
}

/** A `project` is what is installed, and not what is required. */
function readComposer({ text }: Source): Said | null {
  const fields = parseObject(text);
  const { name, version, type } = fields;
  if (type === "project") return null;
  return { ecosystem: "Packagist", name: textOf(name), version: textOf(version) };
}

function readGemspec({ text }: Source): Said | null {
  const read = (key: string): string | null =>
    new RegExp(`^[ \\t]*\\w+\\.${key}[ \\t]*=[ \\t]*["']([^"'#]+)["']`, "m").exec(text)?.[1] ??
    null;
  return { ecosystem: "RubyGems", name: read("name"), version: read("version") };
}

/** Only what names a `package` is published. */
function readMix({ text }: Source): Said | null {
  if (!/\bpackage:/.test(text)) return null;
  const [, name = null] = /\bapp:\s*:(\w+)/.exec(text) ?? [];
  const [, version = null] = /\bversion:\s*"([^"]+)"/.exec(text) ?? [];
  return { ecosystem: "Hex", name, version };
}

function readPubspec({ text }: Source): Said | null {
  const read = (key: string): string | null =>
    new RegExp(`^${key}:[ \\t]*["']?([^\\s"'#]+)`, "m").exec(text)?.[1] ?? null;
  if (read("publish_to") !== null) return null;
  return { ecosystem: "pub.dev", name: read("name"), version: read("version") };
}

/** An action at the root is used by the repository's own name, which who renders it knows. */
function readAction({ path, text }: Source): Said | null {
  const isAction = folderOf(path) === "" && /^runs:/m.test(text);
  return isAction ? { ecosystem: "actions", name: "action", version: null } : null;
}
