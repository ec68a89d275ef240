/**
 * One run of semantic-release in the clone it is started in.
 * `node run-semantic-release.ts SERVER_URL OWNER REPOSITORY`, the token in GH_TOKEN.
 */
import { fileURLToPath } from "node:url";
import semanticRelease from "semantic-release";

const [url = "", owner = "", repository = ""] = process.argv.slice(2);
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
