import type { Examined } from "../examined.ts";
import { inertCode, plainLine } from "../inert.ts";
import { allJobs, makesRelease, makesTag, uploadsFiles } from "../release-steps.ts";
import { capitalize, listCode, listWords, listYaml } from "./finding-words.ts";
import { fine, todo } from "./finding.ts";
import type { Finding } from "./finding.ts";
import { findTools } from "./release-tools.ts";
import type { ToolSeen } from "./release-tools.ts";
import type { Job, Workflow } from "./workflow-file.ts";
import { passesFilter } from "./workflow-pattern.ts";
import { listStarts } from "./workflow-starts.ts";
import type { Start } from "./workflow-starts.ts";

const WORKFLOWS_SHOWN = 5;

/** Which workflows a release will start, and whether they get along with it. */
export function judgeWorkflows(examined: Examined): Finding {
  const { workflows, nextTags, unread } = examined;
  const starts = startsOf(examined);
  const [tag] = nextTags;
  const left = unread.length === 0 ? "" : `; not read: ${listCode(unread)}`;
  const colliding = findColliding(examined, starts);
  if (colliding.length > 0) {
    const names = listFiles(colliding);
    const them = colliding.length === 1 ? "makes" : "make";
    return todo(
      "workflows",
      `${names} ${them} the release of a tag, and will find it made${left}`,
      {
        todo: `Smallbatch makes the release right after the tag: attach files with \`gh release upload\` there, and create nothing.${draftAfter(colliding, workflows)}`,
      },
    );
  }
  const waiting = listWaiting(examined, starts);
  if (waiting.length > 0) {
    const patterns = waiting.flatMap(tagPatterns);
    const what = waiting.length === 1 ? "waits" : "wait";
    return todo(
      "workflows",
      `${listFiles(waiting)} ${what} for tags such as ${listCode(patterns)}; the next one is ${inertCode(tag)}${left}`,
      {
        todo: "Let it wait for that form too, or say the form of your tags in the policy, such as `tag: release-{version}`.",
      },
    );
  }
  const text =
    starts.length > 0 ? describeStarts(starts, tag) : "Nothing is started by a tag or a release";
  return fine("workflows", `${text}${left}`);
}

function findColliding({ workflows }: Examined, starts: readonly Start[]): readonly Workflow[] {
  return distinct(starts).filter((own) => allJobs(own, workflows).some(makesRelease));
}

/** Offered only as a second step: until then that check is green for a release of its own. */
function draftAfter(colliding: readonly Workflow[], workflows: readonly Workflow[]): string {
  const jobs = colliding.flatMap((own) => allJobs(own, workflows));
  const checks = checksThatTell(jobs);
  if (!jobs.some(uploadsFiles) || checks.length === 0) return "";
  const lines = listYaml("publishWhen", checks);
  const what = inertCode(lines.length === 1 ? lines.join("") : "publishWhen");
  return ` Then ${what} in the policy keeps the release a draft until they are there.`;
}

/**
 * Workflows that wait for tags, where none of them takes the next one. Those that took another tag
 * before (`nightly-*`) wait for such.
 */
function listWaiting({ workflows, tags }: Examined, starts: readonly Start[]): readonly Workflow[] {
  const waiting = workflows.filter((own) => tagPatterns(own).length > 0);
  const isTaken = starts.some(
    ({ workflow, by }) => by.kind === "tag" && waiting.includes(workflow),
  );
  if (isTaken) return [];
  return waiting.filter((own) => !tags.some((tag) => passesFilter(tagPatterns(own), tag)));
}

/** What it lets in; patterns that only take out wait for nothing. */
function tagPatterns({ triggers }: Workflow): readonly string[] {
  return (triggers.get("push")?.tags ?? []).filter((pattern) => !pattern.startsWith("!"));
}

/** `Its tag starts A (a.yml); its release starts B (b.yml)` */
function describeStarts(starts: readonly Start[], tag: string): string {
  const by = (...kinds: readonly Start["by"]["kind"][]): readonly Workflow[] =>
    distinct(starts.filter((start) => kinds.includes(start.by.kind)));
  // Those that wait for tags are named before those that any push starts.
  const tagged = by("tag", "create").toSorted(
    (left, right) => Number(tagPatterns(right).length > 0) - Number(tagPatterns(left).length > 0),
  );
  const released = by("release");
  const followed = by("workflow").filter((own) => ![...tagged, ...released].includes(own));
  const parts = [
    ...(tagged.length > 0 ? [`the tag ${inertCode(tag)} starts ${listWorkflows(tagged)}`] : []),
    ...(released.length > 0 ? [`its release starts ${listWorkflows(released)}`] : []),
    ...(followed.length > 0 ? [`then follows ${listWorkflows(followed)}`] : []),
  ];
  return capitalize(parts.join("; "));
}

/** Files that workflows attach to a release that people can see already. */
export function judgeAssets(examined: Examined): Finding {
  const { workflows, policy } = examined;
  const all = startsOf(examined);
  const colliding = findColliding(examined, all);
  const attaching = all.filter(({ workflow }) => allJobs(workflow, workflows).some(uploadsFiles));
  const starts = attaching.filter(({ workflow }) => !colliding.includes(workflow));
  if (starts.length === 0 && attaching.length > 0) {
    const own = distinct(attaching);
    const what =
      own.length === 1
        ? "attaches files to a release of its"
        : "attach files to a release of their";
    return fine("assets", `${listFiles(own)} ${what} own, see workflows`);
  }
  if (starts.length === 0) {
    return fine("assets", "No workflow that a release starts attaches files to it");
  }
  const uploading = distinct(starts);
  const byTag = distinct(starts.filter(({ by }) => by.kind !== "release"));
  const late = uploading.filter((workflow) => !byTag.includes(workflow));
  const what = uploading.length === 1 ? "attaches" : "attach";
  const text = `${listFiles(uploading)} ${what} files to a release`;
  if (policy?.publishWhen !== undefined && late.length === 0) {
    return fine("assets", `${text}, a draft until ${listCode(policy.publishWhen)} is green`);
  }
  const checks = checksThatTell(uploading.flatMap((own) => allJobs(own, workflows)));
  const lines = checks.length === 0 ? [] : listYaml("publishWhen", checks);
  const move =
    late.length === 0
      ? ""
      : `Let ${listFiles(late)} start by \`push: tags\`, because a draft starts nothing. `;
  const draft =
    checks.length === 0
      ? "Name its checks under `publishWhen` in the policy: the release is a draft until they are green."
      : "With `publishWhen` in the policy the release is a draft until they are.";
  const isGoReleaser = uploading.some((own) => own.jobs.some(runsGoReleaser));
  const extra = isGoReleaser
    ? " GoReleaser takes that draft with `draft: true` and `use_existing_draft: true` under `release`."
    : "";
  return {
    ...todo("assets", `${text}, and people see it before they are there`, {
      todo: `${move}${draft}${extra}`,
    }),
    offered: lines,
  };
}

function runsGoReleaser({ uses }: Job): boolean {
  return uses.some(({ action }) => action.startsWith("goreleaser/"));
}

/**
 * Names of checks that are green once all files are there: of the jobs that attach them, or, where
 * only a run tells their names, of a job that waits for them.
 */
function checksThatTell(jobs: readonly Job[]): readonly string[] {
  const attaching = jobs.filter(uploadsFiles);
  const known = attaching.flatMap(({ check }) => check ?? []);
  if (known.length === attaching.length) return [...new Set(known)];
  // One with a condition may be skipped, which counts as green.
  const gate = jobs.find(
    ({ check, needs, condition }) =>
      check !== null &&
      ["", "always()", "${{ always() }}"].includes(condition.trim()) &&
      attaching.every(({ id }) => needs.includes(id)),
  );
  return gate?.check === undefined || gate.check === null ? [] : [gate.check];
}

/** Who else gives versions here. Two tools would give two. */
export function judgeTools(examined: Examined): Finding {
  const { files, workflows } = examined;
  const tools = findTools(files, workflows);
  const own = homemade(examined, tools);
  const rivals = [
    ...tools.filter(({ isBuilder }) => !isBuilder).map(describeTool),
    ...(own.length === 0 ? [] : [`a workflow of your own (${listFiles(own)})`]),
  ];
  const builders = tools.filter(({ isBuilder }) => isBuilder).map(describeTool);
  if (rivals.length > 0) {
    const shown = listWords(rivals);
    return todo("other tools", `Versions are given by ${shown}`, {
      todo: "Two tools would give two versions: take it out, or be sure that it gives none any more, before you start. Until then Smallbatch only watches.",
    });
  }
  return builders.length > 0
    ? fine(
        "other tools",
        `${builders.join(" and ")} builds what a tag names, and gives no versions`,
      )
    : fine("other tools", "No other release tool was found");
}

function describeTool({ name, where }: ToolSeen): string {
  return `${name} (${listCode(where)})`;
}

/** Workflows that make tags where no tag started them, and that no known tool explains. */
function homemade(
  { workflows, ...examined }: Examined,
  tools: readonly ToolSeen[],
): readonly Workflow[] {
  const known = new Set(tools.flatMap(({ where }) => where));
  const started = distinct(startsOf({ workflows, ...examined }));
  return workflows.filter(
    (own) => !known.has(own.file) && !started.includes(own) && own.jobs.some(makesTag),
  );
}

function startsOf({ workflows, nextTags, policy }: Examined): readonly Start[] {
  const isDraftFirst = policy?.publishWhen !== undefined;
  return listStarts(workflows, { tags: nextTags, isDraftFirst });
}

function distinct(starts: readonly Start[]): readonly Workflow[] {
  return [...new Set(starts.map(({ workflow }) => workflow))];
}

/** `“Release” (release.yml)`, in code because people wrote it. */
function listWorkflows(workflows: readonly Workflow[]): string {
  return listWords(
    workflows.map(({ name, file }) =>
      name === file ? inertCode(file) : `${inertCode(plainLine(name, 40))} (${inertCode(file)})`,
    ),
    WORKFLOWS_SHOWN,
  );
}

function listFiles(workflows: readonly Workflow[]): string {
  return listCode(workflows.map(({ file }) => file));
}
