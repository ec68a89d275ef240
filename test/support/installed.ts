import { mergePull, openPull, type Person, type Place } from "../../src/local-github/person.ts";
import { createApp, install } from "../../src/local-github/seed-app.ts";
import { publishRelease } from "../../src/local-github/seed-release.ts";
import {
  commitFiles,
  createOrganization,
  createRepository,
  createUser,
  userToken,
} from "../../src/local-github/seed.ts";
import type { App, Repository } from "../../src/local-github/world.ts";
import type { LocalGitHubFixture } from "./local-github.ts";

const ignore = (): void => undefined;
export const silent = { debug: ignore, info: ignore, warn: ignore, error: ignore };

/** An organisation where the App is installed on everything, and its administrator. */
export interface Installed {
  readonly app: App;
  readonly mona: Person;
  /** Settings of `serve` that tell the App; the addresses are the test's. */
  readonly environment: { readonly APP_ID: string; readonly PRIVATE_KEY: string };
  place(name: string): Place;
  /** A repository with these files, released as v1.0.0. */
  create(name: string, files?: Record<string, string>): Promise<Repository>;
}

export const STARTED = { ".github/smallbatch.yml": "version: 1\n" };

/** The App has no webhook until a test says where. */
export async function installApp(
  { github, apiUrl }: Pick<LocalGitHubFixture, "github" | "apiUrl">,
  owner: string,
): Promise<Installed> {
  const login = `mona-${owner}`;
  createUser(github, login);
  createOrganization(github, owner, { admins: [login], members: [] });
  const { app, privateKeyPem } = await createApp(github, {
    slug: `smallbatch-${owner}`,
    webhookUrl: null,
  });
  install(github, app, owner, { repositories: "all" });
  return {
    app,
    mona: { login, token: userToken(github, login) },
    environment: { APP_ID: String(app.id), PRIVATE_KEY: privateKeyPem },
    place: (name) => ({ apiUrl, owner, name }),
    create: async (name, files = STARTED) => {
      const repository = await createRepository(github, owner, name);
      const sha = await commitFiles(github, repository, {
        branch: "main",
        message: "Start",
        files,
      });
      await publishRelease(github, repository, { tag: "v1.0.0", sha, authorLogin: login });
      return repository;
    },
  };
}

/** One file in one pull, merged. */
export async function merge(
  place: Place,
  person: Person,
  change: { readonly title: string; readonly path?: string; readonly text?: string },
): Promise<{ readonly number: number; readonly sha: string }> {
  const { title } = change;
  const branch = title.replaceAll(/\W+/g, "-");
  const number = await openPull(place, person, {
    branch,
    path: change.path ?? `src/${branch}.js`,
    text: change.text ?? `// ${title}\n`,
    title,
  });
  return { number, sha: await mergePull(place, person, number) };
}
