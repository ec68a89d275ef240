import { describe, expect, it } from "@jest/globals";
import { findImages } from "../../../src/core/rollback/images.ts";
import { listManifests, readManifest } from "../../../src/core/rollback/manifests.ts";
import { findPackages } from "../../../src/core/rollback/packages.ts";
import type { ManifestSeen } from "../../../src/core/rollback/packages.ts";

const npm = (fields: object): string =>
  JSON.stringify({ name: "widgets", version: "1.4.3", ...fields });

/** Name and version; null: nothing that is published. */
function read(path: string, text: string, root: string | null = null): string | null {
  const found = readManifest(path, text, root);
  return found === null ? null : `${found.ecosystem} ${found.name} ${found.version}`;
}

const registryOf = (registry: unknown) =>
  readManifest("package.json", npm({ publishConfig: { registry } }), null)?.registry;

describe("a manifest", () => {
  it.each<[string, string, string | null]>([
    ["package.json", npm({}), "npm widgets 1.4.3"],
    ["packages/a/package.json", npm({ name: "@acme/a" }), "npm @acme/a 1.4.3"],
    ["package.json", npm({ private: true }), null],
    ["package.json", npm({ private: "true" }), "npm widgets 1.4.3"],
    ["package.json", npm({ engines: { vscode: "^1.90.0" } }), null],
    ["package.json", '{ "name": "app" }', null],
    ["package.json", '{ "name": "app", "main": "a.js" }', "npm app null"],
    ["package.json", npm({ name: "$(reboot)" }), null],
    ["package.json", npm({ name: 7 }), null],
    ["package.json", "{", null],
    ["package.json", "[1]", null],
    ["package.json", npm({ version: "one" }), "npm widgets null"],
    ["package.json", npm({ description: "x".repeat(300_000) }), null],
    ["Cargo.toml", '[package]\nname = "w"\nversion = "1.4.3"\n', "crates.io w 1.4.3"],
    ["Cargo.toml", '[package]\nname = "w"\npublish = false\n', null],
    ["Cargo.toml", '[package]\nname = "w"\npublish = []\n', null],
    ["Cargo.toml", '[workspace]\nmembers = ["a"]\n', null],
    ["pyproject.toml", '[project]\nname = "w"\nversion = "1.4.3"\n', "PyPI w 1.4.3"],
    ["pyproject.toml", '[project]\nname = "w"\ndynamic = ["version"]\n', "PyPI w null"],
    ["pyproject.toml", '[tool.poetry]\nname = "w"\nversion = "1.4.3"\n', "PyPI w 1.4.3"],
    ["pyproject.toml", "[tool.ruff]\nline-length = 100\n", null],
    ["pyproject.toml", '[project]\nname = "w"\nclassifiers = ["Private :: Do Not Upload"]\n', null],
    ["setup.cfg", "[metadata]\nname = w\nversion = 1.4.3\n[options]\nname = no\n", "PyPI w 1.4.3"],
    ["setup.cfg", "[metadata]\nversion = attr: w.__version__\nname=w\n", "PyPI w null"],
    ["setup.cfg", "[flake8]\nname = w\n", null],
    ["setup.cfg", "[metadata]\nname = w\nclassifiers =\n  Private :: No\n", null],
    [
      "go.mod",
      "module github.com/acme/widgets/v2\n\ngo 1.24\n",
      "Go github.com/acme/widgets/v2 null",
    ],
    ["go.mod", "// nothing\n", null],
    ["composer.json", '{ "name": "acme/widgets" }', "Packagist acme/widgets null"],
    ["composer.json", '{ "name": "acme/app", "type": "project" }', null],
    ["w.gemspec", 'Gem::Specification.new do |spec|\n  spec.name = "w"\n', "RubyGems w null"],
    ["w.gemspec", '  s.name = "w"\n  s.version = "1.4.3"\n', "RubyGems w 1.4.3"],
    ["mix.exs", 'app: :w,\nversion: "1.4.3",\npackage: package()', "Hex w 1.4.3"],
    ["mix.exs", "package: package()", null],
    ["mix.exs", "app: :w", null],
    ["pubspec.yaml", "name: w\nversion: 1.4.3\n", "pub.dev w 1.4.3"],
    ["pubspec.yaml", "name: w\npublish_to: none\n", null],
    ["action.yml", "name: W\nruns:\n  using: node24\n", "actions action null"],
    ["action.yaml", "name: W\n", null],
    [".github/actions/w/action.yml", "runs: {}\n", null],
    ["README.md", "name: w", null],
    ["constructor", "name: w", null],
  ])("%s says what is published: %s", (path, text, expected) => {
    expect(read(path, text)).toBe(expected);
  });

  it("of a crate takes the version of its workspace", () => {
    const own = '[package]\nname = "w"\nversion.workspace = true\n';
    const root = '[workspace.package]\nversion = "1.4.3"\n';
    expect(read("crates/w/Cargo.toml", own, root)).toBe("crates.io w 1.4.3");
    expect(read("crates/w/Cargo.toml", own)).toBe("crates.io w null");
  });

  it("of npm names its registry, where that is nothing but an address", () => {
    expect(registryOf("https://npm.pkg.github.com")).toBe("https://npm.pkg.github.com");
    expect(registryOf("https://npm.acme.example:8443/npm/")).toBe(
      "https://npm.acme.example:8443/npm/",
    );
    expect(registryOf("https://x.example/$(reboot)")).toBeNull();
    expect(registryOf(7)).toBeNull();
  });

  it.each<[string, string | null]>([
    [
      "<project><parent><groupId>com.acme</groupId><version>1.4.3</version></parent>" +
        "<artifactId>widgets</artifactId><dependencies><dependency><artifactId>other</artifactId>" +
        "</dependency></dependencies></project>",
      "Maven com.acme:widgets 1.4.3",
    ],
    [
      "<project><!-- <groupId>no</groupId> --><groupId>com.acme</groupId><artifactId>w</artifactId><version>1.4.3</version></project>",
      "Maven com.acme:w 1.4.3",
    ],
    ["<project><artifactId>w</artifactId></project>", null],
    ["<project><groupId>com.acme</groupId></project>", null],
    [
      "<project><properties><maven.deploy.skip>true</maven.deploy.skip></properties><groupId>a</groupId><artifactId>b</artifactId></project>",
      null,
    ],
  ])("of Maven is read outside of what is about others: %s", (text, expected) => {
    expect(read("pom.xml", text)).toBe(expected);
  });

  it.each<[string, string | null]>([
    ["<PackageId>Acme.Widgets</PackageId><Version>1.4.3</Version>", "NuGet Acme.Widgets 1.4.3"],
    ["<GeneratePackageOnBuild>True</GeneratePackageOnBuild>", "NuGet W null"],
    ["<PackAsTool>true</PackAsTool><PackageVersion>1.4.3</PackageVersion>", "NuGet W 1.4.3"],
    ["<PackageId>Acme.Widgets</PackageId><IsPackable>false</IsPackable>", null],
    ["<TargetFramework>net10.0</TargetFramework>", null],
  ])("of .NET is a package where it says so: %s", (text, expected) => {
    expect(
      read("src/W/W.csproj", `<Project><PropertyGroup>${text}</PropertyGroup></Project>`),
    ).toBe(expected);
  });

  it("is looked for where packages are, the outermost first", () => {
    const paths = [
      "examples/a/package.json",
      "packages/core/package.json",
      "node_modules/x/package.json",
      "package.json",
      "a/b/c/package.json",
      "a/b/c/d/package.json",
      "src/W/W.csproj",
      "README.md",
    ];
    expect(listManifests(paths)).toEqual([
      "package.json",
      "packages/core/package.json",
      "src/W/W.csproj",
      "a/b/c/package.json",
    ]);
    const many = Array.from({ length: 30 }, (_, at) => `p${at}/package.json`);
    expect(listManifests(many)).toHaveLength(20);
  });
});

const VERSIONS = { bad: "1.4.3", good: "1.4.2" };

const goMod = (path: string) => ({ path, bad: "module example.com/w\n", good: null });

const cargoRoot = (version: string): string => `[workspace.package]\nversion = "${version}"\n`;

const goModules = (path: string, tag: string): number =>
  findPackages([goMod(path)], VERSIONS, { tag, folder: "" }).length;

describe("the packages of a release", () => {
  const WHERE = { tag: "v1.4.3", folder: "" };
  const ROOT = { path: "package.json", bad: npm({}), good: npm({ version: "1.4.2" }) };
  const member = (bad: string, good: string | null, name = "@acme/a"): ManifestSeen => ({
    path: "packages/a/package.json",
    bad: npm({ name, version: bad }),
    good: good === null ? null : npm({ name, version: good }),
  });
  const versionsOf = (seen: readonly ManifestSeen[], versions = VERSIONS) =>
    findPackages(seen, versions, WHERE).map(({ name, bad, good, isLockstep }) => [
      name,
      bad.join(" "),
      good,
      isLockstep,
    ]);

  it("have the version of the tag where the manifest says it, nothing, or never moves", () => {
    const all = ["widgets", "1.4.3", "1.4.2", true];
    expect(versionsOf([ROOT])).toEqual([all]);
    const never = { ...ROOT, bad: npm({ version: "1.0.0" }), good: npm({ version: "1.0.0" }) };
    expect(versionsOf([never])).toEqual([all]);
    const zero = { ...ROOT, bad: npm({ version: "0.0.0-development" }), good: null };
    expect(versionsOf([zero])).toEqual([all]);
    const silent = { ...ROOT, bad: npm({ version: undefined, main: "a.js" }) };
    expect(versionsOf([silent])).toEqual([all]);
    expect(versionsOf([ROOT], { ...VERSIONS, good: null as never })).toEqual([
      ["widgets", "1.4.3", null, true],
    ]);
  });

  it("have their own where that moved, and are left out where it did not", () => {
    expect(versionsOf([member("3.1.0", "3.0.2")])).toEqual([["@acme/a", "3.1.0", "3.0.2", false]]);
    expect(versionsOf([member("3.1.0", null)])).toEqual([["@acme/a", "3.1.0", null, false]]);
    expect(versionsOf([member("3.1.0", "3.2.0")])).toEqual([["@acme/a", "3.1.0", null, false]]);
    expect(versionsOf([member("3.1.0", "3.1.0")])).toEqual([]);
  });

  it("are named once, those of npm first, and no more than an issue has room for", () => {
    const gem = { path: "w.gemspec", bad: 's.name = "w"', good: null };
    expect(versionsOf([gem, ROOT, ROOT, { ...ROOT, bad: null }]).map(([name]) => name)).toEqual([
      "widgets",
      "w",
    ]);
    const many = Array.from({ length: 30 }, (_, at) => member("1.4.3", null, `@acme/a${at}`));
    expect(versionsOf(many)).toHaveLength(20);
  });

  it("of Go need a tag of the form that its proxy reads", () => {
    expect(goModules("go.mod", "v1.4.3")).toBe(1);
    expect(goModules("go.mod", "1.4.3")).toBe(0);
    expect(goModules("api/go.mod", "api/v1.4.3")).toBe(1);
    expect(goModules("api/go.mod", "v1.4.3")).toBe(0);
  });

  it("of crates share the version of their workspace", () => {
    const own = '[package]\nname = "w"\nversion.workspace = true\n';
    const seen = [
      { path: "Cargo.toml", bad: cargoRoot("2.1.0"), good: cargoRoot("2.0.0") },
      { path: "crates/w/Cargo.toml", bad: own, good: own },
    ];
    expect(versionsOf(seen)).toEqual([["w", "2.1.0", "2.0.0", false]]);
  });
});

const find = (steps: string, env = ""): readonly string[] =>
  findImages([`on: push\n${env}jobs:\n  push:\n    steps:\n${steps}`], {
    repository: "Acme/widgets",
  });

const step = (image: string): string =>
  `      - uses: docker/metadata-action@v5\n        with:\n          images: ${image}\n`;

describe("the images of a repository", () => {
  it("are those that Docker's actions push", () => {
    expect(
      find(
        [
          "      - uses: docker/metadata-action@v5",
          "        with:",
          "          images: |",
          "            ghcr.io/${{ github.repository }}",
          "            # not this one",
          "            name=docker.io/acme/widgets,enable=true",
          "      - uses: docker/build-push-action@v6",
          "        with:",
          "          tags: ghcr.io/${{ github.repository_owner }}/${{ github.event.repository.name }}:latest, acme/other:${{ github.sha }}",
        ].join("\n"),
      ),
    ).toEqual(["ghcr.io/acme/widgets", "docker.io/acme/widgets", "acme/other"]);
  });

  it("are filled with the variables of the workflow, and left out where only a run knows", () => {
    const env = "env:\n  IMAGE: ghcr.io/${{ github.repository }}\n";
    expect(find(step("${{ env.IMAGE }}"), env)).toEqual(["ghcr.io/acme/widgets"]);
    expect(find(step("${{ vars.IMAGE }}"))).toEqual([]);
    expect(find(step("${{ env.NONE }}"))).toEqual([]);
    expect(find(step("acme/$(reboot)"))).toEqual([]);
    expect(find("      - run: docker push acme/widgets\n")).toEqual([]);
    expect(find("      - uses: docker/build-push-action@v6\n")).toEqual([]);
    expect(findImages(["jobs: { a: { steps: 1 } }", "{"], { repository: "a/b" })).toEqual([]);
  });
});
