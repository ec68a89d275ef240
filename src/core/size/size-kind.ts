import { matchesGlob } from "../glob.ts";
import type { Attributes, AttributeValue } from "./attributes.ts";
import { nameOf } from "./paths.ts";
import type { SizeKind, SizePolicy } from "./size-policy.ts";

export interface KindFound {
  readonly kind: SizeKind;
  /** Why it is no code, such as `linguist-generated in .gitattributes`; empty for code. */
  readonly why: string;
}

/** Lock files; `yarn.lock`, `go.sum` and `Gemfile.lock` are not in Linguist's list. */
const LOCKS = new Set(
  `bun.lock bun.lockb Cargo.lock cargo.lock composer.lock conan.lock deno.lock flake.lock
  Gemfile.lock gems.locked glide.lock go.sum go.work.sum Gopkg.lock gradle.lockfile mix.lock
  MODULE.bazel.lock npm-shrinkwrap.json Package.resolved package-lock.json packages.lock.json
  paket.lock pdm.lock Pipfile.lock pixi.lock pnpm-lock.yaml Podfile.lock poetry.lock pubspec.lock
  pylock.toml rebar.lock shrinkwrap.yaml stack.yaml.lock .terraform.lock.hcl uv.lock yarn.lock`.split(
    /\s+/,
  ),
);

/** What names the dependencies: its lines count, but it spreads no change. */
const MANIFESTS = new Set(
  `package.json Cargo.toml go.mod pyproject.toml setup.cfg setup.py requirements.txt Pipfile
  Gemfile composer.json pom.xml build.gradle build.gradle.kts pubspec.yaml mix.exs Package.swift
  Podfile deno.json pnpm-workspace.yaml`.split(/\s+/),
);

interface NameRule {
  readonly kind: SizeKind;
  readonly pattern: RegExp;
  readonly why: string;
}

/** By name alone, the first that fits. No pattern goes back: each is a few fixed parts. */
const NAMES: readonly NameRule[] = [
  {
    kind: "vendored",
    pattern: /(?:^|\/)(?:node_modules|Godeps|Pods|Carthage\/Build|vendor\/[\w-]+\.[\w.-]+)\//,
    why: "a folder of other people's code",
  },
  { kind: "generated", pattern: /(?:^|\/)\.pnp\.[^/]*$/, why: "written by a package manager" },
  { kind: "generated", pattern: /\.designer\.(?:cs|vb)$/i, why: "written by a designer program" },
  { kind: "generated", pattern: /\.(?:js|css|mjs|cjs)\.map$/, why: "a source map" },
  { kind: "snapshot", pattern: /\.(?:snap|storyshot|ambr)$/, why: "a test's snapshot" },
  { kind: "snapshot", pattern: /(?:^|\/)__snapshots__\//, why: "a test's snapshot" },
  { kind: "minified", pattern: /[.-]min\.(?:js|mjs|cjs|css)$/, why: "minified, by its name" },
  {
    kind: "tests",
    pattern: /(?:^|\/)(?:tests?|__tests__|specs?|__mocks__|testdata|e2e)\//,
    why: "in a folder of tests",
  },
  {
    kind: "tests",
    pattern:
      /(?:[._-](?:test|spec)\.[^/.]+|_test\.[^/.]+|(?:Test|Tests|Spec)\.(?:java|kt|cs|swift|php|scala))$/,
    why: "a test, by its name",
  },
  { kind: "tests", pattern: /(?:^|\/)(?:test_[^/]*|conftest)\.py$/, why: "a test, by its name" },
  { kind: "docs", pattern: /(?:^|\/)(?:docs?|documentation)\//, why: "in a folder of documents" },
  { kind: "docs", pattern: /\.(?:md|mdx|markdown|rst|adoc|asciidoc)$/i, why: "a document" },
];

/** Fits wherever one of them does; of most paths it is all that is asked. */
const ANY_NAME = new RegExp(NAMES.map(({ pattern }) => pattern.source).join("|"), "i");

/** What a file is: the policy's patterns, then git's attributes, then its name. */
export function findKind(path: string, attributes: Attributes, policy: SizePolicy): KindFound {
  const rule = Object.entries(policy.paths).findLast(([pattern]) => matchesGlob(pattern, path));
  if (rule !== undefined) return { kind: rule[1], why: `${rule[0]} in the policy` };
  const generated = isMarked(attributes.get("linguist-generated"));
  if (generated === true) return fromAttribute("generated", "linguist-generated");
  const vendored = isMarked(attributes.get("linguist-vendored"));
  if (vendored === true) return fromAttribute("vendored", "linguist-vendored");
  const documentation = isMarked(attributes.get("linguist-documentation"));
  if (documentation === true) return fromAttribute("docs", "linguist-documentation");
  // Whoever writes `-linguist-generated` wants the file reviewed, whatever its name.
  const isDenied = (kind: SizeKind): boolean =>
    (generated === false && BY_MACHINE.has(kind)) ||
    (vendored === false && kind === "vendored") ||
    (documentation === false && kind === "docs");
  if (LOCKS.has(nameOf(path)) && !isDenied("lock")) return { kind: "lock", why: "a lock file" };
  if (!ANY_NAME.test(path)) return CODE;
  const { kind, why } = NAMES.find((one) => !isDenied(one.kind) && one.pattern.test(path)) ?? CODE;
  return { kind, why };
}

const CODE: KindFound = { kind: "code", why: "" };

const BY_MACHINE: ReadonlySet<SizeKind> = new Set(["generated", "lock", "snapshot", "minified"]);

export function isLockFile(path: string): boolean {
  return LOCKS.has(nameOf(path));
}

export function isManifest(path: string): boolean {
  return MANIFESTS.has(nameOf(path));
}

/** As Linguist reads it: every value but `false`. Null: the attribute says nothing. */
function isMarked(value: AttributeValue | undefined): boolean | null {
  if (value === undefined || value === null) return null;
  if (value === "set" || value === "unset") return value === "set";
  return value.value !== "false";
}

function fromAttribute(kind: SizeKind, name: string): KindFound {
  return { kind, why: `${name} in .gitattributes` };
}
