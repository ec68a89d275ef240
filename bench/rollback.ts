import { readBoxes, tickBoxes } from "../src/core/desk/desk-box.ts";
import { DESK_TITLE } from "../src/core/desk/desk.ts";
import {
  commentOn,
  editIssue,
  expectOk,
  findIssue,
  latestRelease,
  openIssue,
  repositoryPath,
  until,
} from "../src/local-github/person.ts";
import type { BenchmarkOptions } from "./benchmark.ts";
import { formatSpread, median, progress } from "./measure.ts";
import { startPostgres } from "./postgres.ts";
import type { BenchPostgres } from "./postgres.ts";
import { requestsSince } from "./release/cycle.ts";
import { now } from "./release/request-log.ts";
import { install, quiet } from "./release/smallbatch.ts";
import type { Run } from "./release/smallbatch.ts";
import { openStage } from "./release/stage.ts";
import type { Stage, Subject } from "./release/stage.ts";
import type { Table } from "./table.ts";

const COMMITS = 100;
/** A machine that is busy with other things; nothing here is judged by its time. */
const LATEST_MS_MAX = 60_000;
/** The desk shows a new release about a minute later. */
const BOX_MS_MAX = 180_000;

type State = "warm" | "cold";

interface Bad {
  readonly tag: string;
  /** A pull of it. */
  readonly pull: number;
}

/** What a person sends; ready before the click, so that only this one request counts. */
type Click = () => Promise<unknown>;

const DOORS: readonly [name: string, prepare: (subject: Subject, bad: Bad) => Promise<Click>][] = [
  [
    "a comment",
    async ({ place, mona }, { tag, pull }) =>
      () =>
        commentOn(place, mona, pull, `/rollback ${tag} it burns`),
  ],
  ["a box of the desk", prepareTick],
  [
    "an issue",
    async ({ place, mona }, { tag }) =>
      () =>
        openIssue(place, mona, `Roll back ${tag}`, `/rollback ${tag} it burns`),
  ],
];

interface Round {
  readonly requests: number;
  /** From the click until GitHub's Latest is the release before. */
  readonly latestMs: number;
  /** The same by hand: the one request alone. */
  readonly floorMs: number;
}

/** From the click to GitHub's Latest on the last good release, by each door. */
export async function run({ quick }: BenchmarkOptions): Promise<readonly Table[]> {
  const rounds = quick ? 1 : 3;
  const postgres = await startPostgres();
  try {
    const stage = await openStage();
    try {
      const rows: { readonly name: string; readonly all: readonly Round[] }[] = [];
      for (const [door, prepare] of DOORS) {
        for (const state of ["warm", "cold"] as const) {
          const all: Round[] = [];
          while (all.length < rounds) all.push(await measure(stage, postgres, { prepare, state }));
          const name = `${door}, ${state}`;
          progress(
            `${name}: Latest after ${Math.round(median(all.map((one) => one.latestMs)))} ms`,
          );
          rows.push({ name, all });
        }
      }
      return [format(rows)];
    } finally {
      await stage.close();
    }
  } finally {
    await postgres.stop();
  }
}

/** A repository of its own: several rollbacks of one would set off the brake. */
async function measure(
  stage: Stage,
  postgres: BenchPostgres,
  { prepare, state }: { readonly prepare: (typeof DOORS)[number][1]; readonly state: State },
): Promise<Round> {
  const app = await install(stage, postgres, COMMITS);
  await app.start();
  try {
    const good = await latestTag(app.subject);
    await app.release(1, "warm");
    const bad = { tag: await latestTag(app.subject), pull: newestPull(stage, app.subject) };
    const click = await prepare(app.subject, bad);
    await quiet(stage);
    if (state === "cold") {
      await app.stop();
      await app.startLate();
      await quiet(stage);
    }
    const since = now();
    await click();
    const latest = await untilLatest(stage, app, { since, good });
    await quiet(stage);
    checkRolledBack(stage, app.subject, bad.tag);
    return { ...latest, floorMs: await byHand(stage, app.subject, { good, bad: bad.tag }) };
  } finally {
    await app.stop();
  }
}

async function prepareTick({ place, mona }: Subject, { tag }: Bad): Promise<Click> {
  const { number, body } = await until(
    "a box of the desk",
    async () => {
      const desk = await findIssue(place, mona, DESK_TITLE);
      return findBox(desk?.body ?? "", tag) === undefined ? null : desk;
    },
    BOX_MS_MAX,
  );
  const text = tickBoxes(body ?? "", [findBox(body ?? "", tag) ?? ""]);
  return () => editIssue(place, mona, { number, body: text });
}

function findBox(body: string, tag: string): string | undefined {
  return readBoxes(body).find((box) => box.act === "rollback" && box.tag === tag)?.source;
}

async function latestTag({ place, mona }: Subject): Promise<string> {
  return (await latestRelease(place, mona))?.tag_name ?? "";
}

function newestPull({ github }: Stage, { repository }: Subject): number {
  const { issues } = github.github.data;
  const own = issues.filter((each) => each.repositoryId === repository.id && each.pull);
  return own.at(-1)?.number ?? 0;
}

function idOf({ github }: Stage, { repository }: Subject, tag: string): number {
  const { releases } = github.github.data;
  const own = releases.find((each) => each.repositoryId === repository.id && each.tagName === tag);
  if (own === undefined) throw new Error(`There is no release ${tag}`);
  return own.id;
}

/** Requests of Smallbatch up to the one that moved Latest, and when its answer came. */
async function untilLatest(
  stage: Stage,
  { subject }: Run,
  { since, good }: { readonly since: number; readonly good: string },
): Promise<Pick<Round, "requests" | "latestMs">> {
  await until(
    `Latest on ${good}`,
    async () => ((await latestTag(subject)) === good ? true : null),
    LATEST_MS_MAX,
  );
  const path = `${repositoryPath(subject.place)}/releases/${idOf(stage, subject, good)}`;
  const requests = requestsSince(stage, since);
  const moving = requests.find((each) => each.method === "PATCH" && each.path === path);
  const endedAt = moving?.endedAt ?? null;
  if (moving === undefined || endedAt === null) throw new Error(`${good} was not made Latest`);
  const count = requests.filter(({ beganAt }) => beganAt <= moving.beganAt).length;
  return { requests: count, latestMs: endedAt - since };
}

/** Throws unless the release is marked and one issue tells of it. */
function checkRolledBack({ github }: Stage, { repository }: Subject, tag: string): void {
  const { releases, issues } = github.github.data;
  const bad = releases.find((each) => each.repositoryId === repository.id && each.tagName === tag);
  if (bad?.prerelease !== true) throw new Error(`${tag} is no prerelease`);
  const title = `Rollback of ${tag}`;
  const own = issues.filter((each) => each.repositoryId === repository.id && each.title === title);
  if (own.length !== 1) throw new Error(`${own.length} issues are called "${title}"`);
}

/** Latest to and fro by a person who knows what to send where. */
async function byHand(
  stage: Stage,
  subject: Subject,
  { good, bad }: { readonly good: string; readonly bad: string },
): Promise<number> {
  const { place, mona } = subject;
  const move = (tag: string, body: object): Promise<unknown> => {
    const path = `${repositoryPath(place)}/releases/${idOf(stage, subject, tag)}`;
    return expectOk(place, mona, "PATCH", path, body);
  };
  await move(bad, { prerelease: false, make_latest: "true" });
  const beganAt = now();
  await move(good, { make_latest: "true" });
  return now() - beganAt;
}

function format(rows: readonly { readonly name: string; readonly all: readonly Round[] }[]): Table {
  return {
    title: "From the click to GitHub's Latest on the last good release",
    note: "Requests to GitHub, tokens included, and milliseconds: median (fastest..slowest). From the moment a person's request is sent; Smallbatch runs as a process of its own, with webhooks. Cold: it has just started and has no token. By hand: the one request that moves Latest, by a person who has its address ready, in the same round. Aims: 3 requests warm, 4 cold, under 1 s.",
    columns: ["", "requests", "ms", "by hand, ms", "ratio"],
    rows: rows.map(({ name, all }) => [
      name,
      formatSpread(all.map(({ requests }) => requests)),
      formatSpread(all.map(({ latestMs }) => latestMs)),
      formatSpread(
        all.map(({ floorMs }) => floorMs),
        1,
      ),
      `${formatSpread(
        all.map(({ latestMs, floorMs }) => latestMs / floorMs),
        1,
      )} x`,
    ]),
  };
}
