/**
 * One run of semantic-release in the clone it is started in.
 * `node run-semantic-release.ts SERVER_URL OWNER REPOSITORY`, the token in GH_TOKEN.
 * THROTTLING=off takes out the pauses between its writes, for which it has no setting of its own.
 * Its last line says how long it took without loading the program: `{"inProcessMs": 812}`.
 */
import { fileURLToPath } from "node:url";
import semanticRelease from "semantic-release";

const [url = "", owner = "", repository = ""] = process.argv.slice(2);
if (process.env["THROTTLING"] === "off") {
  const plugin = import.meta.resolve("@semantic-release/github");
  const settings: unknown = await import(new URL("lib/definitions/throttle.js", plugin).href);
  // Its client is made of this object when it is loaded, which is later.
  const { THROTTLE_CONF } = settings as { THROTTLE_CONF: { enabled?: boolean } };
  THROTTLE_CONF.enabled = false;
}
const beganAt = performance.now();
const github = { githubUrl: url, githubApiUrl: url };
const result = await semanticRelease({
  branches: ["main"],
  repositoryUrl: `${url}/${owner}/${repository}.git`,
  ci: false,
  plugins: [
    "@semantic-release/commit-analyzer",
    "@semantic-release/release-notes-generator",
    [fileURLToPath(import.meta.resolve("@semantic-release/github")), github],
  ],
});
if (!result) throw new Error("semantic-release found nothing to release");
process.stdout.write(`\n${JSON.stringify({ inProcessMs: performance.now() - beganAt })}\n`);
