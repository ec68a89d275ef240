import { inertCode } from "../inert.ts";
import { isStable } from "../version.ts";
import { ECOSYSTEMS } from "./packages.ts";
import type { Ecosystem, PublishedPackage } from "./packages.ts";
import { quote } from "./restore-commands.ts";

/**
 * How people are led back who installed a release that is rolled back: commands of each registry,
 * for a POSIX shell. Names and versions in them passed the forms of `manifests.ts`, and are quoted.
 */

export interface ClientScope {
  /** `acme/widgets` */
  readonly repository: string;
  readonly tag: string;
  /** Tag of the last good release; null: none is known. */
  readonly goodTag: string | null;
  /** Latest stood on it: so do the marks that registries have for the newest version. */
  readonly movesLatest: boolean;
  /** Version that carries the restored code; null: it is not out yet. */
  readonly released: string | null;
}

interface Advice {
  /** Markdown, one sentence or two. */
  readonly text: string;
  readonly commands: readonly string[];
}

type Advise = (packages: readonly PublishedPackage[], scope: ClientScope) => Advice;

const BY_ECOSYSTEM: Readonly<Record<Ecosystem, Advise>> = {
  npm: adviseNpm,
  PyPI: advisePypi,
  "crates.io": (packages) => ({
    text: "What has it in a lock file keeps it; nobody else gets it any more.",
    commands: eachVersion(packages, (name, bad) => `cargo yank --version ${bad} ${name}`),
  }),
  RubyGems: (packages) => ({
    text: "This takes the version away for good: who asks for exactly it gets an error.",
    commands: eachVersion(packages, (name, bad) => `gem yank ${name} --version ${bad}`),
  }),
  Go: adviseGo,
  Packagist: (packages) => ({
    text:
      "Packagist follows the tags, which stay: until the next release is out, an update brings it. " +
      "Who has to leave it now runs:",
    commands: withGood(
      packages,
      ({ name, good }) => `composer require ${quote(`${name}:${good}`)}`,
    ),
  }),
  NuGet: (packages) => ({
    text: "On nuget.org this unlists it: what asks for exactly it still gets it.",
    commands: eachVersion(
      packages,
      (name, bad) =>
        `dotnet nuget delete ${name} ${bad} --non-interactive --api-key "$NUGET_API_KEY" --source https://api.nuget.org/v3/index.json`,
    ),
  }),
  Maven: (packages) => ({
    text: `Maven Central takes nothing back. Tell who uses ${namesOf(packages)} to ask for ${goodOf(packages)} until the next release is out.`,
    commands: [],
  }),
  Hex: (packages, scope) => ({
    text: "Who fetches it is warned.",
    commands: eachVersion(
      packages,
      (name, bad, own) =>
        `mix hex.retire ${name} ${bad} invalid --message ${quote(sayInstead(own, scope))}`,
    ),
  }),
  "pub.dev": (packages) => ({
    text: `Within seven days of publishing it can be retracted: ${packages.map(({ name, bad }) => `[${inertCode(name)} ${bad.join(", ")}](https://pub.dev/packages/${name}/admin)`).join(", ")}.`,
    commands: [],
  }),
  images: adviseImages,
  actions: adviseActions,
};

const LABELS: Readonly<Partial<Record<Ecosystem, string>>> = {
  images: "Container images",
  actions: "GitHub Actions",
};

/** Markdown by ecosystem; empty where nothing was found. */
export function renderClientCommands(
  packages: readonly PublishedPackage[],
  scope: ClientScope,
): readonly string[] {
  return ECOSYSTEMS.flatMap((ecosystem) => {
    const own = packages.filter((each) => each.ecosystem === ecosystem);
    if (own.length === 0) return [];
    const { text, commands } = BY_ECOSYSTEM[ecosystem](own, scope);
    const lead = `**${LABELS[ecosystem] ?? ecosystem}** ${text}`;
    return commands.length === 0 ? [lead] : [lead, ["```sh", ...commands, "```"].join("\n")];
  });
}

function adviseNpm(packages: readonly PublishedPackage[], scope: ClientScope): Advice {
  const commands = packages.flatMap((own) => {
    const { name, bad, good, registry } = own;
    const where = registry === null ? "" : ` --registry=${registry}`;
    const isBack = good !== null && scope.movesLatest && scope.released === null && isStable(good);
    return [
      ...(isBack ? [`npm dist-tag add ${quote(`${name}@${good}`)} latest${where}`] : []),
      `npm deprecate ${quote(`${name}@${bad.join(" || ")}`)} ${quote(sayInstead(own, scope))}${where}`,
    ];
  });
  const leads = commands.some((command) => command.includes(" dist-tag "));
  const text = leads
    ? "New installations are led back, and who installs it all the same is warned."
    : "Who installs it is warned.";
  return { text, commands };
}

function advisePypi(packages: readonly PublishedPackage[]): Advice {
  const links = packages.flatMap(({ name, bad }) =>
    bad.map((version) => {
      // PyPI writes prereleases in another form: `1.5.0rc1`.
      const page = isStable(version) ? `release/${version}/` : "releases/";
      return `[${inertCode(`${name} ${version}`)}](https://pypi.org/manage/project/${name}/${page})`;
    }),
  );
  return {
    text: `Yank it, by **Options** on its page: ${links.join(", ")}. Then only who asks for exactly it gets it.`,
    commands: [],
  };
}

function adviseGo(packages: readonly PublishedPackage[]): Advice {
  return {
    text: "A version is retracted by a newer one that says so: run this on the branch, and the next release carries it.",
    commands: eachVersion(packages, (_, bad) => `go mod edit -retract=v${bad}`).filter(isFirst),
  };
}

function adviseImages(packages: readonly PublishedPackage[], { movesLatest }: ClientScope): Advice {
  const commands = packages.flatMap(({ name, bad: [bad], good }) => {
    if (good === null) return [];
    return movingTags(bad, good, movesLatest).map(
      (tag) => `docker buildx imagetools create --tag ${name}:${tag} ${name}:${good}`,
    );
  });
  const text =
    commands.length === 0
      ? "Point the tags that move back to a good image."
      : "Point the tags that move back, those that you have. Where versions have a `v` in their tags, write it.";
  return { text, commands };
}

/** Only where the good release is what they stood for before. */
function movingTags(bad: string, good: string, movesLatest: boolean): readonly string[] {
  const [parts, others] = [bad, good].map((version) => version.split("."));
  const shared = [1, 2]
    .map((length) => [parts, others].map((own) => own?.slice(0, length).join(".")))
    .filter(([own, other]) => own === other)
    .map(([own]) => `${own}`);
  if (!isStable(bad) || !isStable(good)) return [];
  return [...(movesLatest ? ["latest"] : []), ...shared];
}

function adviseActions(
  packages: readonly PublishedPackage[],
  { repository, goodTag }: ClientScope,
): Advice {
  const commands = packages.flatMap(({ bad: [bad], good }) => {
    if (good === null || goodTag === null) return [];
    return movingTags(bad, good, false).map(
      (tag) => `git push origin ${quote(`+refs/tags/${goodTag}^{}:refs/tags/v${tag}`)}`,
    );
  });
  const users = inertCode(`${repository}@v1`);
  return {
    text: `Who uses ${users} follows that tag: where you keep such tags, move them back.`,
    commands,
  };
}

function eachVersion(
  packages: readonly PublishedPackage[],
  format: (name: string, bad: string, own: PublishedPackage) => string,
): readonly string[] {
  return packages.flatMap((own) => own.bad.map((bad) => format(quote(own.name), quote(bad), own)));
}

function withGood(
  packages: readonly PublishedPackage[],
  format: (own: PublishedPackage & { readonly good: string }) => string,
): readonly string[] {
  return packages.flatMap((own) => (own.good === null ? [] : [format({ ...own, good: own.good })]));
}

/** A fixed text: no words of people are put before others' eyes. */
function sayInstead({ good, isLockstep }: PublishedPackage, { released }: ClientScope): string {
  const instead = isLockstep && released !== null ? released : good;
  return instead === null
    ? "This version was rolled back."
    : `This version was rolled back, use ${instead}.`;
}

function namesOf(packages: readonly PublishedPackage[]): string {
  return packages.map(({ name }) => inertCode(name)).join(", ");
}

function goodOf(packages: readonly PublishedPackage[]): string {
  const known = packages.flatMap(({ good }) => good ?? []).filter(isFirst);
  return known.length === 0 ? "another version" : known.map((good) => inertCode(good)).join(", ");
}

function isFirst(value: string, at: number, all: readonly string[]): boolean {
  return all.indexOf(value) === at;
}
