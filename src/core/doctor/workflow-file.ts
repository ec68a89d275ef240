import { readForeignYaml } from "./workflow-yaml.ts";

/** A workflow of GitHub Actions, as far as it tells what a tag or a release starts. */
export interface Workflow {
  /** `release.yml` */
  readonly file: string;
  /** As its author calls it, else the name of the file. Untrusted text. */
  readonly name: string;
  /** By the name of the event. */
  readonly triggers: ReadonlyMap<string, Trigger>;
  readonly jobs: readonly Job[];
}

/** Filters of one event, as written. Null: the filter is not there. */
export interface Trigger {
  readonly types: readonly string[] | null;
  readonly tags: readonly string[] | null;
  readonly tagsIgnore: readonly string[] | null;
  readonly branches: readonly string[] | null;
  readonly branchesIgnore: readonly string[] | null;
  /** Names of workflows, of `workflow_run`. */
  readonly workflows: readonly string[] | null;
}

export interface Job {
  readonly id: string;
  /** `if`; empty without one. */
  readonly condition: string;
  /** Jobs that it waits for. */
  readonly needs: readonly string[];
  /** Name of its check; null where only a run can tell it (a matrix, an expression). */
  readonly check: string | null;
  /** What the job itself and its steps use. */
  readonly uses: readonly Use[];
  /** What its steps run, one text a step, without comments; also scripts that are given to an action. */
  readonly runs: readonly string[];
}

/** An action or a workflow that is used, `owner/name@v1` or a path, with the names of its inputs. */
export interface Use {
  readonly action: string;
  readonly inputs: readonly string[];
}

const FOLDER = ".github/workflows/";

/** Jobs and steps that are looked at; GitHub's own limit is higher. */
const JOBS_MAX = 200;
const STEPS_MAX = 200;

export function isWorkflowPath(path: string): boolean {
  return /^\.github\/workflows\/[^/]+\.ya?ml$/.test(path);
}

/** Null where it is no workflow, or cannot be read. Never throws. */
export function readWorkflow(path: string, text: string): Workflow | null {
  const root = fieldsOf(readForeignYaml(text));
  // YAML 1.1 reads `on` as true.
  const events = root.get("on") ?? root.get("true");
  const triggers = readTriggers(events);
  if (triggers === null) return null;
  const file = path.slice(FOLDER.length);
  const name = root.get("name");
  const jobs = [...fieldsOf(root.get("jobs"))].slice(0, JOBS_MAX);
  return {
    file,
    name: typeof name === "string" && name.trim() !== "" ? name : file,
    triggers,
    jobs: jobs.map(([id, job]) => readJob(id, fieldsOf(job))),
  };
}

type Fields = ReadonlyMap<string, unknown>;

function fieldsOf(value: unknown): Fields {
  const isMapping = typeof value === "object" && value !== null && !Array.isArray(value);
  return new Map(isMapping ? Object.entries(value) : []);
}

/** `on: push`, `on: [push, create]`, or a mapping of events to their filters. */
function readTriggers(events: unknown): ReadonlyMap<string, Trigger> | null {
  if (typeof events === "string") return new Map([[events, readTrigger(null)]]);
  if (Array.isArray(events)) {
    return new Map(strings(events).map((event) => [event, readTrigger(null)]));
  }
  const fields = fieldsOf(events);
  if (fields.size === 0) return null;
  return new Map([...fields].map(([event, filters]) => [event, readTrigger(filters)]));
}

function readTrigger(filters: unknown): Trigger {
  const fields = fieldsOf(filters);
  const list = (name: string): readonly string[] | null => {
    const value = fields.get(name);
    return value === undefined || value === null ? null : strings(value);
  };
  return {
    types: list("types"),
    tags: list("tags"),
    tagsIgnore: list("tags-ignore"),
    branches: list("branches"),
    branchesIgnore: list("branches-ignore"),
    workflows: list("workflows"),
  };
}

/** A list or a single value; numbers are written without quotes sometimes (`branches: [4]`). */
function strings(value: unknown): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.filter((entry) => typeof entry === "string" || typeof entry === "number").map(String);
}

function readJob(id: string, fields: Fields): Job {
  const steps = fields.get("steps");
  const list: readonly unknown[] = Array.isArray(steps) ? steps.slice(0, STEPS_MAX) : [];
  const read = [fields, ...list.map(fieldsOf)];
  const name = textOf(fields.get("name"))[0] ?? id;
  // A reusable workflow and a matrix make several checks of one job.
  const isPlain = !fields.has("strategy") && !fields.has("uses") && !name.includes("${{");
  return {
    id,
    condition: textOf(fields.get("if"))[0] ?? "",
    needs: strings(fields.get("needs") ?? []),
    check: isPlain ? name : null,
    uses: read.flatMap((own) =>
      textOf(own.get("uses")).map((action) => ({
        action,
        inputs: [...fieldsOf(own.get("with")).keys()],
      })),
    ),
    runs: read
      .flatMap((own) => [
        ...textOf(own.get("run")),
        ...textOf(fieldsOf(own.get("with")).get("script")),
      ])
      .map((run) => run.replaceAll(/^[ \t]*#.*$/gm, "")),
  };
}

function textOf(value: unknown): readonly string[] {
  return typeof value === "string" ? [value] : [];
}
