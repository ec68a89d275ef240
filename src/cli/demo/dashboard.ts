import { setTimeout as sleep } from "node:timers/promises";
import { composeBudget, composeClient, systemClock } from "../../compose.ts";
import { LOOK_BACK_MS, readClocks } from "../../core/clocks/read-clocks.ts";
import type { ClockReport } from "../../core/clocks/read-clocks.ts";
import type { Records } from "../../core/clocks/records.ts";
import { openClockForge } from "../../github/clock-reading.ts";
import { until } from "../../local-github/person.ts";
import { addRepositories } from "../../local-github/seed-app.ts";
import { readPast } from "../../reconcile/clocks.ts";
import { repositoryPath } from "../../web/paths.ts";
import type { Act } from "./acts.ts";
import { QUARTER_DAYS } from "./quarters.ts";
import { SIMULATED_NAME } from "./simulated-team.ts";
import type { Simulated, Stage } from "./stage.ts";

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** Half a year, as `smallbatch backfill --since` reads it. */
const PAST_MS = 2 * QUARTER_DAYS * DAY_MS + 2 * DAY_MS;

/** A quarter against the quarter before, as the page compares them. */
const WINDOW_DAYS = 90;

/** Within one quarter there is nothing but four weeks against the four before. */
const MONTH_DAYS = 28;

const CONTRADICTION = "low-quality fast shipping";

/** The App is given a repository with a past, reads it, and says what its numbers contradict. */
export const dashboard: Act = {
  name: "dashboard",
  title: "The dashboard: a slow quarter, and a fast one that is bad",
  play: async (stage, say) => {
    const { simulated } = stage;
    if (simulated === undefined) throw new Error("Nothing was simulated");
    install(stage, simulated);
    const fullName = `${stage.place.owner}/${SIMULATED_NAME}`;
    say(`${stage.users.admin.login} gives Smallbatch ${fullName}: two quarters, made up by lot`);
    const records = await readHalfAYear(stage, simulated);
    const { pulls, releases, feedback } = records;
    say(
      `read from GitHub: ${pulls.length} pulls, ${releases.length} releases, ${feedback.length} reports`,
    );
    const asOf = Math.floor(systemClock.now() / MINUTE_MS) * MINUTE_MS;
    const bad = reportOf(records, asOf, WINDOW_DAYS);
    const good = reportOf(records, asOf - QUARTER_DAYS * DAY_MS, MONTH_DAYS);
    expectState(bad, "fires");
    expectState(good, "quiet");
    const path = repositoryPath({ owner: stage.place.owner, name: SIMULATED_NAME });
    simulated.url = `${simulated.service.url}${path}?days=${WINDOW_DAYS}`;
    await expectOnPage(simulated.url, bad);
    for (const headline of bad.headlines) say(headline);
    for (const { name, sentence } of firing(bad)) say(`finding "${name}": ${sentence}`);
    say(`in the quarter before, ${bad.comparison.before.clocks.detect.sentence}`);
    say(`"${CONTRADICTION}" was looked for there, and is quiet`);
    say(`open ${simulated.url}`);
    say("findings first; each names its numbers, and every number opens its rows");
  },
};

function install({ example }: Stage, { repository }: Simulated): void {
  const { github } = example.local;
  const { installationId } = example.address;
  const installation = github.data.installations.find(({ id }) => id === installationId);
  if (installation === undefined) throw new Error("The App is not installed");
  addRepositories(github, installation, [repository]);
}

async function readHalfAYear(
  { example, place: { owner } }: Stage,
  { repository, service, settings }: Simulated,
): Promise<Records> {
  const { installationId } = example.address;
  const { appId, privateKey } = settings;
  const found = await until(`${owner}/${SIMULATED_NAME} is known`, () =>
    service.database.repositories.findByName(owner, SIMULATED_NAME),
  );
  const client = composeClient(
    settings,
    { kind: "app", appId, privateKey, installationId },
    { budget: composeBudget(settings, service.database, installationId) },
  );
  const store = service.database.clocksOf(installationId);
  const since = systemClock.now() - PAST_MS;
  const end = await readPast({
    forge: openClockForge(client),
    store,
    clock: systemClock,
    repository: { id: found.id, owner, name: SIMULATED_NAME },
    branches: [repository.defaultBranch],
    since,
    pagesMax: Number.POSITIVE_INFINITY,
  });
  if (end.kind !== "done") throw new Error("The past was not read to its end");
  return store.readRecords([found.id], { from: since - LOOK_BACK_MS, to: systemClock.now() });
}

function reportOf(records: Records, asOf: number, days: number): ClockReport {
  return readClocks(records, { asOf, window: { from: asOf - days * DAY_MS, to: asOf } });
}

function firing({ findings }: ClockReport): ClockReport["findings"] {
  return findings.filter(({ state }) => state === "fires");
}

function expectState({ findings }: ClockReport, wanted: "fires" | "quiet"): void {
  const state = findings.find(({ name }) => name === CONTRADICTION)?.state;
  if (state !== wanted) throw new Error(`"${CONTRADICTION}" should be ${wanted}, and is ${state}`);
}

/** A page that was computed while records came in is computed anew soon. */
const SHOWN_MS_MAX = 60_000;
const LOOK_MS = 500;

/** What people see is what was computed: the words of a finding stand there only where it fires. */
async function expectOnPage(url: string, report: ClockReport): Promise<void> {
  const deadline = systemClock.now() + SHOWN_MS_MAX;
  for (;;) {
    const answer = await fetch(url);
    const text = (await answer.text()).toLowerCase();
    const missing = firing(report).find(({ sentence }) => !text.includes(sentence));
    if (answer.status === 200 && missing === undefined) return;
    if (answer.status !== 200 || systemClock.now() > deadline) {
      throw new Error(`${url} answered ${answer.status} without ${missing?.name ?? "its page"}`);
    }
    await sleep(LOOK_MS);
  }
}
