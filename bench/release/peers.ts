import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { z } from "zod";
import { mergePull } from "../../src/local-github/person.ts";
import { run } from "../../test/support/run.ts";
import {
  checkReleased,
  checkTold,
  countReleases,
  requestsAbout,
  untilPublished,
  type Cycle,
  type Tool,
} from "./cycle.ts";
import { now } from "./request-log.ts";
import { mergePulls, seedSubject, type Stage, type Subject } from "./stage.ts";

const EXAMINERS = path.join(import.meta.dirname, "..", "..", "test", "examiners");
const IDENTITY = { name: "Mona", email: "mona@example.com" };

/**
 * Two runs in continuous integration: the first opens the release pull, and after somebody merged
 * that, the second tags and publishes. Checkout and installation are left out: it needs no clone.
 */
export const releasePlease: Tool = {
  name: "release-please",
  open: async (stage, { commits, pulls }) => {
    const subject = await seedSubject(stage, commits);
    const release = async (merged: number): Promise<Cycle> => {
      const releases = countReleases(stage, subject) + 1;
      await mergePulls(subject, merged);
      const opening = await runTool(stage, subject, "run-release-please.ts", os.tmpdir());
      const sha = await mergeReleasePull(stage, subject);
      const closing = await runTool(stage, subject, "run-release-please.ts", os.tmpdir());
      await checkReleased(stage, subject, { releases, sha });
      const published = untilPublished(requestsAbout(stage, subject, closing.beganAt));
      const opened = requestsAbout(stage, subject, opening.beganAt).filter(
        ({ beganAt }) => beganAt < opening.endedAt,
      );
      return {
        requestsToPublished: opened.length + published.count,
        requestsInAll: opened.length + requestsAbout(stage, subject, closing.beganAt).length,
        publishedMs: opening.endedAt - opening.beganAt + (published.at - closing.beganAt),
        wholeMs: opening.endedAt - opening.beganAt + (closing.endedAt - closing.beganAt),
        inProcessMs: opening.inProcessMs + closing.inProcessMs,
      };
    };
    // As in every later cycle, the release pull before this one is merged and labelled.
    await release(1);
    return { cycle: () => release(pulls), close: () => Promise.resolve() };
  },
};

/** One run in a clone of the whole history, which it needs and which is counted. */
export function semanticRelease(throttling: "on" | "off"): Tool {
  return {
    name: `semantic-release, throttling ${throttling}`,
    open: async (stage, { commits, pulls }) => {
      const subject = await seedSubject(stage, commits);
      const folder = await mkdtemp(path.join(os.tmpdir(), "smallbatch-bench-"));
      let clones = 0;
      const release = async (merged: number): Promise<Cycle> => {
        const releases = countReleases(stage, subject) + 1;
        const sha = await mergePulls(subject, merged);
        clones += 1;
        const clone = path.join(folder, String(clones));
        const { owner, name } = subject.place;
        const beganAt = now();
        await run("git", ["clone", "--quiet", `${stage.github.gitUrl}/${owner}/${name}`, clone], {
          cwd: folder,
        });
        const { inProcessMs } = await runTool(stage, subject, "run-semantic-release.ts", clone, {
          ...(throttling === "off" ? { THROTTLING: "off" } : {}),
          GIT_AUTHOR_NAME: IDENTITY.name,
          GIT_AUTHOR_EMAIL: IDENTITY.email,
          GIT_COMMITTER_NAME: IDENTITY.name,
          GIT_COMMITTER_EMAIL: IDENTITY.email,
        });
        const wholeMs = now() - beganAt;
        await checkReleased(stage, subject, { releases, sha });
        checkTold(stage, subject, merged);
        const requests = requestsAbout(stage, subject, beganAt);
        const published = untilPublished(requests);
        return {
          requestsToPublished: published.count,
          requestsInAll: requests.length,
          publishedMs: published.at - beganAt,
          wholeMs,
          inProcessMs,
        };
      };
      return {
        cycle: () => release(pulls),
        close: () => rm(folder, { recursive: true, force: true }),
      };
    },
  };
}

async function runTool(
  stage: Stage,
  { place, mona }: Subject,
  script: string,
  cwd: string,
  env: Readonly<Record<string, string>> = {},
): Promise<{ readonly beganAt: number; readonly endedAt: number; readonly inProcessMs: number }> {
  const args = [path.join(EXAMINERS, script), stage.github.url, place.owner, place.name];
  const beganAt = now();
  const output = await run(process.execPath, args, { cwd, env: { GH_TOKEN: mona.token, ...env } });
  const said = z.object({ inProcessMs: z.number() });
  const { inProcessMs } = said.parse(JSON.parse(output.trim().split("\n").at(-1) ?? ""));
  return { beganAt, endedAt: now(), inProcessMs };
}

async function mergeReleasePull(stage: Stage, { place, repository, mona }: Subject) {
  const open = stage.github.github.data.issues.find(
    ({ repositoryId, pull, state }) =>
      repositoryId === repository.id && pull !== undefined && state === "open",
  );
  if (open === undefined) throw new Error("release-please opened no release pull");
  return mergePull(place, mona, open.number);
}
