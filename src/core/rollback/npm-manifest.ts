import { fieldsOf, parseObject, textOf } from "./json-object.ts";
import type { Said } from "./manifests.ts";

/** Fields of which a package has one, whose version a tool writes when it publishes. */
const ENTRIES = ["publishConfig", "exports", "main", "module", "bin", "types"];

const REGISTRY = /^https:\/\/[a-z0-9][a-z0-9.-]*(?::\d{1,5})?(?:\/[\w.~-]+)*\/?$/i;

/** `package.json`. Null: it is published nowhere, or not on a registry of npm's kind. */
export function readNpm(text: string): Said | null {
  const fields = parseObject(text);
  const { name, version, engines, publishConfig } = fields;
  const isApp = version === undefined && !ENTRIES.some((key) => fields[key] !== undefined);
  // Extensions of editors have a shop of their own.
  const isExtension = fieldsOf(engines)["vscode"] !== undefined;
  if (fields["private"] === true || isApp || isExtension) return null;
  const registry = textOf(fieldsOf(publishConfig)["registry"]);
  return {
    ecosystem: "npm",
    name: textOf(name),
    version: textOf(version),
    registry: registry !== null && REGISTRY.test(registry) ? registry : null,
  };
}
