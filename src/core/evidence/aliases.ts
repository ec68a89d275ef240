/** One thing under several names: who reads one of them may write another. */
const GROUPS: readonly (readonly string[])[] = [
  ["arm64", "aarch64"],
  ["amd64", "x64", "x86_64", "x86-64"],
  ["i386", "i586", "i686", "x86", "ia32"],
  ["bzip2", "bz2"],
  ["gzip", "gz"],
  ["k8s", "kubernetes"],
  ["i18n", "internationalization"],
  ["a11y", "accessibility"],
];

const BY_NAME: ReadonlyMap<string, readonly string[]> = new Map(
  GROUPS.flatMap((group) => group.map((name) => [name, group] as const)),
);

/** All the names of a thing, its own among them. */
export function aliasesOf(name: string): readonly string[] {
  return BY_NAME.get(name.toLowerCase()) ?? [name];
}
