import { nameOf } from "../size/paths.ts";
import type { Said } from "./manifests.ts";

/** Manifests in XML, as far as a few elements of theirs go: no reader of XML is needed for that. */

/** Parts of a `pom.xml` whose elements are about other packages. */
const FOREIGN = [
  "parent",
  "dependencies",
  "dependencyManagement",
  "build",
  "profiles",
  "reporting",
  "licenses",
  "developers",
  "scm",
  "distributionManagement",
];

/** `pom.xml`. Its group may be that of its parent. */
export function readPom(text: string): Said | null {
  const whole = withoutComments(text);
  const own = FOREIGN.reduce((left, name) => without(left, name), whole);
  if (valueOf(whole, "maven.deploy.skip") === "true") return null;
  const parent = insideOf(whole, "parent");
  const group = valueOf(own, "groupId") ?? valueOf(parent, "groupId");
  const artifact = valueOf(own, "artifactId");
  const name = group === null || artifact === null ? null : `${group}:${artifact}`;
  const version = valueOf(own, "version") ?? valueOf(parent, "version");
  return { ecosystem: "Maven", name, version };
}

/** A project of .NET. Only what says so itself is taken for a package. */
export function readProject(path: string, text: string): Said | null {
  const own = withoutComments(text);
  const says = (name: string): boolean => valueOf(own, name)?.toLowerCase() === "true";
  const id = valueOf(own, "PackageId");
  const isPackage = id !== null || says("GeneratePackageOnBuild") || says("PackAsTool");
  if (!isPackage || valueOf(own, "IsPackable")?.toLowerCase() === "false") return null;
  const file = nameOf(path).replace(/\.[cf]sproj$/, "");
  const version = valueOf(own, "PackageVersion") ?? valueOf(own, "Version");
  return { ecosystem: "NuGet", name: id ?? file, version };
}

function withoutComments(text: string): string {
  return text.replaceAll(/<!--[\s\S]*?(?:-->|$)/g, "");
}

/** The text without each element of that name. In one pass: whoever wrote it may mean harm. */
function without(text: string, name: string): string {
  const kept: string[] = [];
  let rest = text;
  for (;;) {
    const element = findElement(rest, name);
    if (element === null) return [...kept, rest].join("");
    kept.push(rest.slice(0, element.start));
    rest = rest.slice(element.end);
  }
}

/** Empty where there is none. */
function insideOf(text: string, name: string): string {
  const element = findElement(text, name);
  return element === null ? "" : text.slice(element.start, element.end);
}

function findElement(
  text: string,
  name: string,
): { readonly start: number; readonly end: number } | null {
  const start = text.indexOf(`<${name}>`);
  const close = `</${name}>`;
  const end = start < 0 ? -1 : text.indexOf(close, start);
  return end < 0 ? null : { start, end: end + close.length };
}

function valueOf(text: string, name: string): string | null {
  const pattern = new RegExp(`<${name.replaceAll(".", String.raw`\.`)}>\\s*([^<>\\s]+)\\s*</`);
  return pattern.exec(text)?.[1] ?? null;
}
