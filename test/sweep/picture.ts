import { parseCard } from "../../src/core/card-text.ts";
import { CHECK_NAME } from "../../src/core/check.ts";
import { readBoxes } from "../../src/core/desk/desk-box.ts";
import { DESK_TITLE } from "../../src/core/desk/desk.ts";
import { defaultLine, isDefaultLine } from "../../src/core/lines.ts";
import type { LedgerRelease } from "../../src/ports.ts";
import type { Database } from "../../src/store/database.ts";
import type { Scenario, Stage } from "../support/scenario.ts";
import { describeWorded } from "./claude-of-run.ts";
import type { ClaudeOfRun } from "./claude-of-run.ts";

/**
 * How a story ended: what people see on GitHub, and what our ledger says. Names, numbers and
 * commits are put as the story calls them, and moments are left out, so that two runs of a story
 * that ended alike are equal.
 */
export interface Picture {
  /** Subject line of the commit by tag. */
  readonly tags: Readonly<Record<string, string>>;
  /** In order of tag. More than one of a tag would be seen. */
  readonly releases: readonly object[];
  /** Title of our newest check by commit, oldest first. */
  readonly checks: readonly string[];
  /** What our bot wrote, by pull or issue. */
  readonly comments: Readonly<Record<string, readonly string[]>>;
  /** Pulls and the desk that our bot opened: state, title and text. */
  readonly pulls: readonly string[];
  /** Of pulls and issues that have any. */
  readonly labels: readonly string[];
  /** Text by tag and path, of the files that may say the version. */
  readonly files: Readonly<Record<string, string>>;
  /** What our bot showed on comments, by their text. */
  readonly reactions: readonly string[];
  readonly ledger: readonly string[];
  /** Titles of changes for which Claude was paid more than once. */
  readonly paidTwice: readonly string[];
  /** Null: it is not parked. */
  readonly parked: string | null;
}

export async function takePicture(
  stage: Stage,
  scenario: Scenario,
  database: Database,
  claude: ClaudeOfRun | null,
): Promise<Picture> {
  const { github } = stage.github;
  const { id, defaultBranch: branch } = scenario.repository;
  const { tags, releases } = await scenario.world();
  const subjects = await readSubjects(stage, scenario);
  const plain = (text: string): string => {
    const named = text
      .replaceAll(stage.github.url, "https://github.test")
      .replaceAll(scenario.place.name, "widgets")
      .replaceAll(`line=${id}/`, "line=ID/");
    const timeless = named.replaceAll(/\b\d{4}-\d\d-\d\d \d\d:\d\d UTC\b/g, "<time>");
    const undated = timeless.replaceAll(
      / repository=\d+ (.*) at=\d+ -->/g,
      " repository=ID $1 at=<time> -->",
    );
    const paceless = undated.replaceAll(/ · (?:\d+(?:\.\d+)? (?:d|h|min|s) ?)+/g, " · <time> ");
    const placeless = paceless.replaceAll(/#issuecomment-\d+/g, "#issuecomment");
    return placeless.replaceAll(/\b[0-9a-f]{40}\b|(?<=\b|\.g)[0-9a-f]{7}\b/g, (sha) => {
      const found = [...subjects].find(([full]) => full.startsWith(sha));
      return found === undefined ? sha : `<${found[1]}>`;
    });
  };
  const store = database.forInstallation(stage.app.installationId);
  const planned = await store.readPlans(id);
  const lines = planned.map(({ line }) => line).filter((line) => !isDefaultLine(line, branch));
  const ledger: LedgerRelease[] = [];
  for (const line of [defaultLine(id, branch), ...lines]) {
    ledger.push(...(await store.readReleases(line, 50)));
  }
  const parked = (await database.work.readParked()).find(({ repositoryId }) => repositoryId === id);
  const comments: Record<string, string[]> = {};
  for (const comment of github.data.comments) {
    if (comment.repositoryId !== id || comment.appId !== stage.app.id) continue;
    (comments[`#${comment.issueNumber}`] ??= []).push(whenever(whoever(plain(comment.body))));
  }
  const bot = github.data.apps.find((app) => app.id === stage.app.id)?.botId;
  const reactions = github.data.comments
    .filter((comment) => comment.repositoryId === id)
    .map((comment) => {
      const own = github.data.reactions.filter(
        (each) => each.commentId === comment.id && each.userId === bot,
      );
      return `${comment.body}: ${own.map(({ content }) => content).join(", ")}`;
    })
    .filter((row) => !row.endsWith(": "));
  for (const said of Object.values(comments)) said.sort();
  return {
    tags: Object.fromEntries(
      Object.entries(tags).map(([tag, sha]) => [plain(tag), subjects.get(sha) ?? sha]),
    ),
    releases: releases
      .map((release) => ({ ...release, body: plain(describeBody(release.body, claude !== null)) }))
      .toSorted((left, right) => left.tag.localeCompare(right.tag)),
    // As comments: another component may have gone first, on a commit below.
    checks: readChecks(stage, scenario, subjects).map(plain).toSorted(),
    comments,
    pulls: github.data.issues
      .filter((issue) => issue.repositoryId === id && issue.authorAppId === stage.app.id)
      .map(({ number, state, title, body }) => {
        // The week is of the moment in which the story was played.
        if (title.startsWith("Weekly report")) return plain(`#${number} ${state} Weekly report`);
        const said =
          title === DESK_TITLE
            ? describeDesk(body ?? "")
            : title.startsWith("Rollback of ")
              ? describeRollback(body ?? "")
              : // It signs the commit.
                (body ?? "").replace(/ [0-9a-f]{64} -->$/, " -->");
        return plain(`#${number} ${state} ${title}\n${said}`);
      }),
    labels: github.data.issues
      .filter((issue) => issue.repositoryId === id && issue.labels.length > 0)
      .map(({ number, labels }) => `#${number}: ${labels.join(", ")}`),
    files: await readFiles(stage, scenario, { tags: Object.keys(tags), plain }),
    reactions: reactions.map(plain),
    ledger: ledger.map(({ tag, state }) => `${tag} ${state}`).toSorted(),
    paidTwice: claude?.paidTwice() ?? [],
    parked: parked === undefined ? null : `${parked.code}: ${plain(parked.message)}`,
  };
}

/** What a line waits for is of the moment in which somebody asked. */
function whenever(body: string): string {
  return body.replace(/(?<=asked why:\n).*$/s, "");
}

/**
 * Of several components the one tells whose release came first. A fault may let another one go
 * first; that there is one comment, and no second, is what has to stay.
 */
function whoever(body: string): string {
  return /line=ID\/[^/]+\/[^/]+\//.test(body) ? "Released in a component" : body;
}

/** What waits and what can be pressed; who asked is forgotten with a database that is lost. */
function describeDesk(body: string): string {
  const said = body.split("\n").filter((line) => line.startsWith("### "));
  const boxes = readBoxes(body).map(({ act, isTicked }) => `${act}${isTicked ? " ticked" : ""}`);
  return [...said.filter((line) => line !== "### Lately"), ...boxes].join("\n");
}

/** The steps and all words, without when; its hidden lines say the same. */
function describeRollback(body: string): string {
  return body
    .split("\n")
    .filter((line) => !line.startsWith("<!-- "))
    .join("\n")
    .replaceAll(/ \(\d\d:\d\d:\d\d UTC[^)]*\)/g, "")
    .replaceAll(/ · \d[^\n]*/g, "")
    .replace("; sent twice, because no answer came to the first", "")
    .replaceAll(/\d+ [A-Z][a-z]+ \d{4}, \d\d:\d\d UTC/g, "<time>");
}

/** The notes, and of the card what does not depend on when it was made. */
function describeBody(body: string, isWorded: boolean): string {
  const own = parseCard(body);
  const written = body.split("<details>")[0] ?? "";
  const said = written
    .replace(/(?<=rolled back on )\d{4}-\d\d-\d\d/, "<day>")
    .replace(/(?<=^<!-- smallbatch:\S+ v1 tag=\S+ at=)\d+/, "<time>");
  if (own === null) return said;
  const { notes, card } = (isWorded ? describeWorded(said, own) : null) ?? {
    notes: said,
    card: own,
  };
  const text = JSON.stringify(card, (key, value: unknown) =>
    key.endsWith("At") || key === "id" || key === "rules" ? null : value,
  );
  return `${notes}\n${text}`;
}

/** Subject line by commit, over all branches and tags; parents before children. */
async function readSubjects(stage: Stage, { repository }: Scenario): Promise<Map<string, string>> {
  const { git } = stage.github.github;
  const subjects = new Map<string, string>();
  const add = async (sha: string): Promise<void> => {
    if (subjects.has(sha)) return;
    const commit = await git.commit(repository.id, sha);
    if (commit === null) throw new Error(`There is no commit ${sha}.`);
    for (const parent of commit.parents) await add(parent);
    subjects.set(sha, commit.message.split("\n")[0] ?? "");
  };
  for (const { peeledSha } of await git.refs(repository.id)) await add(peeledSha);
  return subjects;
}

async function readFiles(
  { github: { github } }: Stage,
  { repository }: Scenario,
  { tags, plain }: { readonly tags: readonly string[]; readonly plain: (text: string) => string },
): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  const names = ["package.json", "CHANGELOG.md"];
  const folders = ["packages/core/", "packages/cli/"];
  const places = [
    ...tags.map((tag) => ({ ref: `refs/tags/${tag}`, at: tag, paths: names })),
    {
      ref: `refs/heads/${repository.defaultBranch}`,
      at: "the branch",
      paths: folders.flatMap((folder) => names.map((name) => folder + name)),
    },
  ];
  for (const { ref, at, path } of places.flatMap(({ paths, ...place }) =>
    paths.map((name) => ({ ...place, path: name })),
  )) {
    const sha = await github.git.resolve(repository.id, `${ref}:${path}`);
    if (sha === null) continue;
    const object = await github.git.read(repository.id, sha);
    const text = plain(String(object?.content));
    files[`${at}:${path}`] = text.replaceAll(/\(\d{4}-\d\d-\d\d\)/g, "(<date>)");
  }
  return files;
}

/** The newest of ours on each commit is what GitHub shows. */
function readChecks(
  stage: Stage,
  { repository }: Scenario,
  subjects: ReadonlyMap<string, string>,
): string[] {
  const runs = stage.github.github.data.checkRuns.filter(
    (run) => run.repositoryId === repository.id && run.appId === stage.app.id,
  );
  const names = [...new Set(runs.map(({ name }) => name))].toSorted();
  return [...subjects].flatMap(([sha, subject]) =>
    names.flatMap((name) => {
      const newest = runs.findLast((run) => run.headSha === sha && run.name === name);
      if (newest === undefined) return [];
      const line = name === CHECK_NAME ? "" : `${name.slice(CHECK_NAME.length + 1)} `;
      return [`${subject}: ${line}${newest.output.title} ${newest.conclusion}`];
    }),
  );
}
