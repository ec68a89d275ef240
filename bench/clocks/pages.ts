import { generateKeyPairSync, randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { openDatabase } from "../../src/store/database.ts";
import { progress, quantile } from "../measure.ts";
import { query } from "../postgres.ts";
import { startServiceProcess } from "../service.ts";
import type { ServiceProcess } from "../service.ts";
import { INSTALLATION, labelOf } from "./company.ts";
import { startOpenGitHub } from "./github.ts";

const WINDOWS_DAYS = [28, 60, 90];
const READY_MS_MAX = 15 * 60_000;
/** Longer than the pauses between two pages that are computed ahead. */
const REST_MS = 12_000;
/** Of a core: less is rest. */
const REST_SHARE = 0.05;
const SEEN_MS_MAX = 5 * 60_000;
const NUMBERS = ["release", "capability", "changeFailHigh", "batchLines", "mergedPulls"];

interface Asked {
  readonly url: string;
  readonly repositories: number;
  /** "two years" */
  readonly data: string;
  /** Merges after which it is looked how soon pages show them. */
  readonly merges: number;
}

export interface PagesFound {
  readonly rows: readonly (readonly (string | number)[])[];
  /** What they took, and what they do to the rest. */
  readonly beside: readonly (readonly (string | number)[])[];
}

/** What people meet who open pages of a real server, one after the other. */
export async function measurePages(asked: Asked): Promise<PagesFound> {
  const { url, repositories, data } = asked;
  const github = await startOpenGitHub(INSTALLATION, repositories);
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const settings = {
    APP_ID: "1",
    PRIVATE_KEY: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    WEBHOOK_SECRET: randomBytes(32).toString("hex"),
    GITHUB_SERVER_URL: github.url,
    GITHUB_API_URL: github.url,
    GITHUB_GRAPHQL_URL: `${github.url}/graphql`,
    DATABASE_URL: url,
  };
  const service = await startServiceProcess(settings).catch((error: unknown) => {
    github.stop();
    throw error;
  });
  const sampler = new Sampler(service);
  try {
    const beganAt = performance.now();
    const row = (name: string, taken: readonly number[]) => [
      name,
      data,
      taken.length,
      ...[0.5, 0.95, 1].map((share) => quantile(taken, share)),
    ];
    const overviews = WINDOWS_DAYS.map((days) => `/installations/${INSTALLATION}?days=${days}`);
    const pages = Array.from({ length: repositories }, (_, at) => pathOf(at + 1)).flatMap((path) =>
      WINDOWS_DAYS.map((days) => `${path}?days=${days}`),
    );
    const first = row(
      "overview, just after the start",
      await visit(service, overviews.slice(0, 1)),
    );
    await rest(service);
    const readySeconds = (performance.now() - beganAt - REST_MS) / 1_000;
    progress(`${data}: ready after ${readySeconds.toFixed(0)} s`);
    const ready = [
      row("overview, first visit of each", await visit(service, overviews)),
      row("repositories, first visit of each", await visit(service, shuffled(pages))),
      row("overview, again", await visitTimes(service, overviews, 10)),
      row("repositories, again", await visit(service, shuffled(pages))),
    ];
    const seen = await seeMerges(service, asked);
    const later = [
      row("pages, while merges come in", seen.visits),
      row("rows of a number of a repository", await visit(service, numbersOf(pathOf(1)))),
      row(
        "rows of a number of all",
        await visit(service, numbersOf(`/installations/${INSTALLATION}`)),
      ),
      row("overview of other repositories", await visitOthers(service, url)),
    ];
    const { rss, lag } = sampler.end();
    return {
      rows: [first, ...ready, ...later],
      beside: [
        ["seconds from the start until all pages are ready", data, readySeconds, "", ""],
        ["seconds until a merge is on the page of its repository", data, ...spread(seen.onPage)],
        ["seconds until it is on the overview", data, ...spread(seen.onOverview)],
        ["ms to answer /livez meanwhile", data, ...spread(lag)],
        ["memory of the process at most, MiB", data, "", "", Math.round(rss)],
      ],
    };
  } finally {
    sampler.end();
    await service.stop();
    github.stop();
  }
}

const spread = (values: readonly number[]) =>
  [0.5, 0.95, 1].map((share) => quantile(values, share));

function pathOf(id: number): string {
  const { owner, name } = labelOf(id);
  return `/r/${owner}/${name}`;
}

function numbersOf(path: string): readonly string[] {
  return NUMBERS.flatMap((id) => WINDOWS_DAYS.map((days) => `${path}/numbers/${id}?days=${days}`));
}

/** In an order that has nothing to do with that in which they are computed. */
function shuffled(paths: readonly string[]): readonly string[] {
  return paths
    .map((path, at) => ({ path, place: (at * 7_919) % paths.length }))
    .toSorted((one, other) => one.place - other.place)
    .map(({ path }) => path);
}

/** Milliseconds of each until its last byte. */
async function visit({ url }: ServiceProcess, paths: readonly string[]): Promise<number[]> {
  const taken: number[] = [];
  for (const path of paths) {
    const beganAt = performance.now();
    const answer = await fetch(`${url}${path}`);
    const text = await answer.text();
    taken.push(performance.now() - beganAt);
    if (answer.status !== 200 || !text.includes("</html>")) {
      throw new Error(`${path} answered ${answer.status}`);
    }
  }
  return taken;
}

async function visitTimes(service: ServiceProcess, paths: readonly string[], times: number) {
  const taken: number[] = [];
  for (let round = 0; round < times; round += 1) taken.push(...(await visit(service, paths)));
  return taken;
}

/** An overview that nobody sees yet: one repository is hidden from everybody from now on. */
async function visitOthers(service: ServiceProcess, url: string): Promise<number[]> {
  const taken: number[] = [];
  for (const [at, days] of WINDOWS_DAYS.entries()) {
    await query(url, "update smallbatch.repository set is_private = true where id = $1", [at + 2]);
    taken.push(...(await visit(service, [`/installations/${INSTALLATION}?days=${days}`])));
  }
  await query(url, "update smallbatch.repository set is_private = false");
  return taken;
}

/** Merge, and look at both pages every second until they show it. */
async function seeMerges(service: ServiceProcess, { url, repositories, merges }: Asked) {
  const database = openDatabase(url);
  const [visits, onPage, onOverview]: [number[], number[], number[]] = [[], [], []];
  try {
    for (let round = 0; round < merges; round += 1) {
      const id = 1 + ((round * 7) % repositories);
      const at = Date.now();
      await database.clocksOf(INSTALLATION).keep(id, {
        pulls: [
          {
            at,
            isWhole: true,
            record: { ...MERGED, number: 900_000 + round, createdAt: at - 3_600_000, mergedAt: at },
          },
        ],
      });
      const waits: { path: string; seen: number[] }[] = [
        { path: pathOf(id), seen: onPage },
        { path: `/installations/${INSTALLATION}`, seen: onOverview },
      ];
      const beganAt = performance.now();
      while (waits.length > 0) {
        if (performance.now() - beganAt > SEEN_MS_MAX) throw new Error("A merge is on no page");
        await sleep(1_000);
        for (const wait of waits.slice()) {
          const visitedAt = performance.now();
          const text = await (await fetch(`${service.url}${wait.path}`)).text();
          visits.push(performance.now() - visitedAt);
          const asOf = /as of\s+<time datetime="([^"]+)"/.exec(text)?.[1] ?? "";
          if (Date.parse(asOf) < at) continue;
          wait.seen.push((performance.now() - beganAt) / 1_000);
          waits.splice(waits.indexOf(wait), 1);
        }
      }
    }
  } finally {
    await database.close();
  }
  return { visits, onPage, onOverview };
}

const MERGED = {
  title: "feat: merged while somebody looks",
  kind: "feature",
  authorId: 7,
  isReleasable: true,
} as const;

/** Wait until the server does nothing any more. */
async function rest({ pid }: ServiceProcess): Promise<void> {
  const deadline = performance.now() + READY_MS_MAX;
  for (let before = await cpuMs(pid); ;) {
    await sleep(REST_MS);
    const now = await cpuMs(pid);
    if (now - before < REST_SHARE * REST_MS) return;
    if (performance.now() > deadline) throw new Error("The server never came to rest");
    before = now;
  }
}

/** User and system time: fields 14 and 15 of `stat`, in hundredths of a second. */
async function cpuMs(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/** Memory, and how long the process takes to say that it lives, all the time. */
class Sampler {
  readonly #service: ServiceProcess;
  readonly #lag: number[] = [];
  #rss = 0;
  #isOver = false;

  constructor(service: ServiceProcess) {
    this.#service = service;
    void this.#run();
  }

  end(): { readonly rss: number; readonly lag: readonly number[] } {
    this.#isOver = true;
    return { rss: this.#rss, lag: this.#lag };
  }

  async #run(): Promise<void> {
    const { pid, url } = this.#service;
    while (!this.#isOver) {
      const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
      this.#rss = Math.max(this.#rss, Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) / 1_024);
      const beganAt = performance.now();
      const isAlive = await fetch(`${url}/livez`).then(
        ({ ok }) => ok,
        () => false,
      );
      if (isAlive) this.#lag.push(performance.now() - beganAt);
      await sleep(100);
    }
  }
}
