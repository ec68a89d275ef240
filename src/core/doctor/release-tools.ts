import type { RepositoryFiles } from "./doctor-facts.ts";
import type { Workflow } from "./workflow-file.ts";

/** How a release tool is known. Everything is optional; one sign is enough. */
interface ToolSigns {
  readonly name: string;
  /** It builds what a tag names, and gives no versions itself. */
  readonly isBuilder?: true;
  /** Paths of its configuration. */
  readonly paths?: RegExp;
  /** Its key in package.json. */
  readonly packageKey?: readonly string[];
  /** In the scripts of package.json, and in what workflows run. */
  readonly command?: RegExp;
  /** Beginnings of the actions that run it. */
  readonly actions?: readonly string[];
  /** A table or key in another file, by path. */
  readonly inFile?: readonly (readonly [path: string, sign: RegExp])[];
}

const CONFIG = String.raw`(?:\.(?:json|json5|ya?ml|toml|[cm]?js|[cm]?ts))?`;
const configOf = (name: string): RegExp => new RegExp(`^(?:\\.config/)?${name}${CONFIG}$`);

/** Each as its own documentation says; in the order in which they are named. */
const TOOLS: readonly ToolSigns[] = [
  {
    name: "release-please",
    paths:
      /^(?:(?:\.github\/)?\.?release-please(?:-config|-manifest)?\.(?:json|ya?ml)|\.release-please-manifest\.json)$/,
    actions: ["googleapis/release-please-action", "google-github-actions/release-please-action"],
    command: /\brelease-please (?:release-pr|github-release|manifest-)/,
  },
  {
    name: "python-semantic-release",
    inFile: [["pyproject.toml", /^\[tool\.semantic_release[\].]/m]],
    actions: ["python-semantic-release/python-semantic-release"],
  },
  {
    name: "semantic-release",
    paths: new RegExp(
      `${configOf(String.raw`\.releaserc`).source}|${configOf("release.config").source}`,
    ),
    packageKey: ["release"],
    actions: ["cycjimmy/semantic-release-action", "go-semantic-release/action"],
    command:
      /(?:^|[;&|]|\b(?:npx|exec|dlx|yarn|pnpm|bunx|run))[ \t]*semantic-release(?:$|[\s;&|"'@])/m,
  },
  {
    name: "Changesets",
    paths: /^\.changeset\/config\.jsonc?$/,
    actions: ["changesets/action"],
    command: /\bchangeset (?:version|publish|tag)\b/,
  },
  {
    name: "standard-version",
    paths: /^\.versionrc(?:\.(?:json|[cm]?js))?$/,
    packageKey: ["standard-version", "commit-and-tag-version"],
    command: /\b(?:standard-version|commit-and-tag-version)\b/,
  },
  {
    name: "release-it",
    paths: configOf(String.raw`\.release-it`),
    packageKey: ["release-it"],
    command: /(?:^|[;&|]|\b(?:npx|exec|dlx|yarn|pnpm|bunx|run))[ \t]*release-it(?:$|[\s;&|"'@])/m,
  },
  {
    name: "Lerna",
    paths: /^lerna\.json$/,
    command: /\blerna (?:version|publish)\b/,
  },
  {
    name: "Nx",
    command: /\bnx release\b/,
    inFile: [["nx.json", /^[ \t]*"release"[ \t]*:[ \t]*\{/m]],
  },
  {
    name: "auto",
    paths: configOf(String.raw`(?:\.autorc|auto\.config)`),
    packageKey: ["auto"],
    command: /\bauto (?:shipit|release|latest)\b/,
  },
  { name: "np", command: /(?:^|[\s;&|"'])np(?: --|$)/m },
  { name: "bumpp", paths: configOf(String.raw`bump\.config`), command: /\bbumpp\b/ },
  {
    name: "Release Drafter",
    paths: /^\.github\/release-drafter\.ya?ml$/,
    actions: ["release-drafter/release-drafter@"],
  },
  {
    name: "release-plz",
    paths: /^\.?release-plz\.toml$/,
    actions: ["release-plz/action", "MarcoIeni/release-plz-action"],
    command: /\brelease-plz (?:release|update)/,
  },
  {
    name: "cargo-release",
    paths: /^release\.toml$/,
    command: /\bcargo release\b/,
    inFile: [["Cargo.toml", /^\[(?:package|workspace)\.metadata\.release[\].]/m]],
  },
  {
    name: "bump2version",
    paths: /^\.bumpversion\.(?:cfg|toml)$/,
    command: /\b(?:bump2version|bumpversion|bump-my-version)\b/,
    inFile: [
      ["setup.cfg", /^\[bumpversion\]/m],
      ["pyproject.toml", /^\[tool\.(?:bumpversion|bumpver)[\].]/m],
    ],
  },
  {
    name: "tbump",
    paths: /^tbump\.toml$/,
    inFile: [["pyproject.toml", /^\[tool\.tbump[\].]/m]],
  },
  {
    name: "Commitizen",
    paths: /^\.?cz\.(?:toml|json|ya?ml)$/,
    command: /\bcz bump\b/,
    actions: ["commitizen-tools/commitizen-action"],
    inFile: [["pyproject.toml", /^\[tool\.commitizen[\].]/m]],
  },
  { name: "Knope", paths: /^knope\.toml$/, actions: ["knope-dev/action"] },
  { name: "Cocogitto", paths: /^\.?cog\.toml$/, command: /\bcog bump\b/ },
  { name: "tagpr", paths: /^\.tagpr$/, actions: ["Songmu/tagpr"] },
  { name: "svu", paths: /^\.svu\.ya?ml$/, command: /\bsvu (?:n|next|major|minor|patch)\b/ },
  {
    name: "GoReleaser",
    isBuilder: true,
    paths: /^(?:\.config\/|\.github\/)?\.?goreleaser\.ya?ml$/,
    actions: ["goreleaser/goreleaser-action"],
    command: /\bgoreleaser release\b/,
  },
  {
    name: "dist",
    isBuilder: true,
    paths: /^(?:dist-workspace|dist)\.toml$/,
    command: /\b(?:cargo dist|dist) host\b/,
    inFile: [["Cargo.toml", /^\[workspace\.metadata\.dist\]/m]],
  },
  {
    name: "JReleaser",
    isBuilder: true,
    paths: /^jreleaser\.(?:ya?ml|toml|json)$/,
    actions: ["jreleaser/release-action"],
  },
];

export interface ToolSeen {
  readonly name: string;
  readonly isBuilder: boolean;
  /** Files where it was seen, each once. */
  readonly where: readonly string[];
}

/** The release tools of a repository, by their configuration and by what runs them. */
export function findTools(
  { paths, texts }: RepositoryFiles,
  workflows: readonly Workflow[],
): readonly ToolSeen[] {
  const manifest = readManifest(texts.get("package.json") ?? null);
  return TOOLS.flatMap(({ name, isBuilder = false, ...signs }) => {
    const where = [
      ...paths.filter((path) => signs.paths?.test(path) === true),
      ...(isInManifest(signs, manifest) ? ["package.json"] : []),
      ...(signs.inFile ?? [])
        .filter(([path, sign]) => sign.test(texts.get(path) ?? ""))
        .map(([path]) => path),
      ...workflows.filter((workflow) => runs(workflow, signs)).map(({ file }) => file),
    ];
    return where.length === 0 ? [] : [{ name, isBuilder, where: [...new Set(where)] }];
  });
}

interface Manifest {
  readonly keys: ReadonlySet<string>;
  readonly scripts: readonly string[];
}

function readManifest(text: string | null): Manifest {
  const json = parseObject(text);
  const scripts = Object.entries(json).find(([key]) => key === "scripts")?.[1];
  const isMapping = typeof scripts === "object" && scripts !== null;
  return {
    // `"release": "…"` is nobody's configuration.
    keys: new Set(Object.entries(json).flatMap(([key, own]) => (isObject(own) ? [key] : []))),
    scripts: isMapping ? Object.values(scripts).filter((own) => typeof own === "string") : [],
  };
}

function parseObject(text: string | null): object {
  try {
    const value: unknown = text === null ? null : JSON.parse(text);
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isInManifest({ packageKey = [], command }: Signs, { keys, scripts }: Manifest): boolean {
  return (
    packageKey.some((key) => keys.has(key)) ||
    scripts.some((script) => command?.test(script) === true)
  );
}

type Signs = Omit<ToolSigns, "name" | "isBuilder">;

function runs({ jobs }: Workflow, { actions = [], command }: Signs): boolean {
  return jobs.some(
    (job) =>
      job.uses.some((use) => actions.some((action) => startsAction(use.action, action))) ||
      job.runs.some((text) => command?.test(text) === true),
  );
}

/** `changesets/action@v1` of `changesets/action`, and of a folder in it. */
export function startsAction(used: string, action: string): boolean {
  const [own, named] = [used.toLowerCase(), action.toLowerCase()];
  if (!own.startsWith(named)) return false;
  return named.endsWith("@") || ["", "@", "/"].includes(own.slice(named.length, named.length + 1));
}
