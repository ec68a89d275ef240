import { readForeignYaml } from "../doctor/workflow-yaml.ts";
import { fieldsOf, textOf } from "./json-object.ts";

/** Images that the workflows of a repository push, by the inputs of Docker's own actions. */

export interface ImageScope {
  /** `acme/widgets` */
  readonly repository: string;
}

const METADATA = /^docker\/metadata-action@/;
const BUILD = /^docker\/build-push-action@/;

/** Registry, folders and name, without a tag. */
const IMAGE = /^(?:[a-z0-9][a-z0-9.-]*(?::\d{1,5})?\/)?[a-z0-9][\w.-]*(?:\/[a-z0-9][\w.-]*)*$/;

/** Each once. What only a run can tell, as a variable of the organisation, is left out. */
export function findImages(
  workflows: readonly string[],
  { repository }: ImageScope,
): readonly string[] {
  const names = workflows.flatMap((text) => {
    const root = fieldsOf(readForeignYaml(text));
    return Object.values(fieldsOf(root["jobs"])).flatMap((value) => {
      const job = fieldsOf(value);
      const env = { ...fieldsOf(root["env"]), ...fieldsOf(job["env"]) };
      const steps: readonly unknown[] = Array.isArray(job["steps"]) ? job["steps"] : [];
      return steps
        .flatMap((step) => imagesOf(fieldsOf(step)))
        .map((name) => fill(name, { repository, env }));
    });
  });
  const known = names.map((name) => name.toLowerCase()).filter((name) => IMAGE.test(name));
  return [...new Set(known)];
}

function imagesOf(step: Readonly<Record<string, unknown>>): readonly string[] {
  const uses = textOf(step["uses"]) ?? "";
  const inputs = fieldsOf(step["with"]);
  if (METADATA.test(uses)) {
    // A row may go on: `name=ghcr.io/acme/widgets,enable=true`.
    return rowsOf(inputs["images"]).map((row) => row.replace(/^name=/, "").replace(/,.*$/, ""));
  }
  if (!BUILD.test(uses)) return [];
  return rowsOf(inputs["tags"])
    .flatMap((row) => row.split(","))
    .map((row) => row.trim().replace(/:[^:/]*$/, ""));
}

function rowsOf(value: unknown): readonly string[] {
  return (textOf(value) ?? "")
    .split("\n")
    .map((row) => row.trim())
    .filter((row) => row !== "" && !row.startsWith("#"));
}

/** With what an expression comes to, where the file tells; else as it is, which is no name. */
function fill(
  text: string,
  {
    repository,
    env,
  }: { readonly repository: string; readonly env: Readonly<Record<string, unknown>> },
): string {
  const [owner, own] = repository.split("/");
  const known = new Map([
    ["github.repository", repository],
    ["github.repository_owner", owner],
    ["github.event.repository.name", own],
  ]);
  const once = (from: string): string =>
    from.replaceAll(/\$\{\{\s*([\w.]{1,100})\s*\}\}/g, (whole, name: string) => {
      const set = name.startsWith("env.") ? textOf(env[name.slice("env.".length)]) : null;
      return known.get(name) ?? set ?? whole;
    });
  // A variable may hold `ghcr.io/${{ github.repository }}`.
  return once(once(text));
}
