/**
 * One run of release-please as its action makes it: releases for merged release pulls, then the
 * next release pull. `node run-release-please.ts API_URL OWNER REPOSITORY`, the token in GH_TOKEN. Its last
 * line says how long that took without loading the program: `{"inProcessMs": 812}`.
 */
import { GitHub, Manifest } from "release-please";

const [apiUrl = "", owner = "", repo = ""] = process.argv.slice(2);
const connect = () =>
  GitHub.create({ owner, repo, token: process.env["GH_TOKEN"] ?? "", apiUrl, graphqlUrl: apiUrl });

const beganAt = performance.now();
const released = await Manifest.fromManifest(await connect(), "main");
await released.createReleases();
// The second half reads afresh what the first has changed, as the action does.
const next = await Manifest.fromManifest(await connect(), "main");
await next.createPullRequests();
process.stdout.write(`\n${JSON.stringify({ inProcessMs: performance.now() - beganAt })}\n`);
