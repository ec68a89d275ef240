import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { z } from "zod";
import { writeHistory } from "./example-history.ts";
import type { Person, Place } from "./person.ts";
import type { ProfileName } from "./profile.ts";
import { clientIdOf } from "./render/app.ts";
import { createApp, install } from "./seed-app.ts";
import {
  commitFiles,
  createOrganization,
  createRepository,
  createUser,
  importRepository,
  userToken,
} from "./seed.ts";
import { startLocalGitHub, type LocalGitHub, type LocalGitHubOptions } from "./server.ts";
import type { RepositoryRole } from "./world.ts";

const LOGINS = {
  admin: "ada",
  maintain: "mona",
  write: "wilma",
  triage: "tristan",
  read: "rita",
  outsider: "otto",
} as const;

const person = z.object({ login: z.string(), token: z.string() });

/** What a client needs to know; printed by `smallbatch local-github` as one line of JSON. */
const addressSchema = z.object({
  url: z.string(),
  apiUrl: z.string(),
  graphqlUrl: z.string(),
  gitUrl: z.string(),
  appId: z.number(),
  privateKeyPath: z.string(),
  webhookSecret: z.string(),
  installationId: z.number(),
  repository: z.string().describe("owner/name"),
  users: z.object({
    admin: person,
    maintain: person,
    write: person,
    triage: person,
    read: person,
    outsider: person,
  }),
});

type StoredAddress = z.infer<typeof addressSchema>;

export interface ExampleAddress extends StoredAddress {
  /** With these the App signs people in, who come back to the server that webhooks go to. */
  readonly clientId: string;
  readonly clientSecret: string;
}

export interface Example {
  readonly address: ExampleAddress;
  readonly place: Place;
  readonly local: LocalGitHub;
  /** Added to the local GitHub's clock: negative while a past is made. */
  readonly clock: { offsetMs: number };
  /** Send the App's webhooks there; null sends none. */
  setWebhookUrl(url: string | null): void;
  close(): Promise<void>;
}

export interface ExampleOptions {
  readonly port: number;
  /** Keeps everything between two starts; null: a temporary folder, removed at the end. */
  readonly stateDir: string | null;
  /** A local git repository to start from; null: the example's own history. */
  readonly repositoryPath: string | null;
  readonly webhookUrl: string | null;
  /** github.com when left out. */
  readonly profile?: ProfileName;
  readonly onExchange?: LocalGitHubOptions["onExchange"];
  /** False leaves the policy file out: the repository is then watched, not started. */
  readonly isStarted?: boolean;
  /** True installs the App on that repository alone, and not on all of them. */
  readonly isSelected?: boolean;
}

const OWNER = "acme";
/** Of Smallbatch's own server. */
const CALLBACK_PATH = "/login/callback";
const POLICY_PATH = ".github/smallbatch.yml";
const ADDRESS_FILE = "address.json";

/**
 * A local GitHub with one organisation, people of each permission, the App, and a repository whose
 * head is its newest release, more than a day old. With a state folder that was used before,
 * everything is as it was, tokens included.
 */
export async function openExample(options: ExampleOptions): Promise<Example> {
  const clock = { offsetMs: 0 };
  const local = await startLocalGitHub({
    port: options.port,
    stateDir: options.stateDir,
    ...(options.profile === undefined ? {} : { profile: options.profile }),
    ...(options.onExchange === undefined ? {} : { onExchange: options.onExchange }),
    now: () => new Date(Date.now() + clock.offsetMs),
  });
  try {
    const keyDir = options.stateDir ?? (await mkdtemp(path.join(tmpdir(), "smallbatch-key-")));
    const isNew = local.github.data.apps.length === 0;
    const stored = isNew
      ? await populate(local, options, { clock, keyDir })
      : await reopen(local, keyDir);
    const address = { ...stored, ...credentialsOf(local, stored.appId) };
    const [owner = OWNER, name = ""] = address.repository.split("/");
    const setWebhookUrl = (url: string | null): void => {
      for (const app of local.github.data.apps) {
        app.webhookUrl = url;
        app.callbackUrls = url === null ? [] : [new URL(CALLBACK_PATH, url).href];
      }
    };
    setWebhookUrl(options.webhookUrl);
    return {
      address,
      place: { apiUrl: address.apiUrl, owner, name },
      local,
      clock,
      setWebhookUrl,
      close: async () => {
        await local.close();
        if (options.stateDir === null) await rm(keyDir, { recursive: true, force: true });
      },
    };
  } catch (error) {
    await local.close();
    throw error;
  }
}

function credentialsOf(
  { github }: LocalGitHub,
  appId: number,
): { readonly clientId: string; readonly clientSecret: string } {
  const clientSecret = github.data.apps.find(({ id }) => id === appId)?.clientSecret ?? "";
  return { clientId: clientIdOf(appId), clientSecret };
}

async function populate(
  local: LocalGitHub,
  options: ExampleOptions,
  { clock, keyDir }: { readonly clock: { offsetMs: number }; readonly keyDir: string },
): Promise<StoredAddress> {
  const { github } = local;
  const enroll = (role: keyof typeof LOGINS): Person => {
    createUser(github, LOGINS[role]);
    return { login: LOGINS[role], token: userToken(github, LOGINS[role]) };
  };
  const users = {
    admin: enroll("admin"),
    maintain: enroll("maintain"),
    write: enroll("write"),
    triage: enroll("triage"),
    read: enroll("read"),
    outsider: enroll("outsider"),
  };
  createOrganization(github, OWNER, {
    admins: [LOGINS.admin],
    members: [LOGINS.maintain, LOGINS.write, LOGINS.triage, LOGINS.read],
  });
  const collaborators: Record<string, RepositoryRole> = {
    [LOGINS.maintain]: "maintain",
    [LOGINS.write]: "write",
    [LOGINS.triage]: "triage",
    [LOGINS.read]: "read",
  };
  const source = options.repositoryPath === null ? null : path.resolve(options.repositoryPath);
  const name = source === null ? "widgets" : repositoryName(source);
  const repository = await createRepository(github, OWNER, name, { collaborators });
  const place: Place = { apiUrl: local.apiUrl, owner: OWNER, name };
  const isStarted = options.isStarted ?? true;
  if (source === null) {
    await writeHistory({ github, repository, place, users, clock, isStarted });
  } else {
    await importRepository(github, repository, source);
    if (isStarted) {
      await commitFiles(github, repository, {
        branch: repository.defaultBranch,
        message: "chore: start Smallbatch",
        files: { [POLICY_PATH]: "version: 1\n" },
      });
    }
  }
  const { app, privateKeyPem } = await createApp(github, {
    slug: "smallbatch",
    webhookUrl: null,
  });
  const repositories = options.isSelected === true ? [name] : "all";
  const installation = install(github, app, OWNER, { repositories });
  const privateKeyPath = path.resolve(keyDir, "private-key.pem");
  await writeFile(privateKeyPath, privateKeyPem, { mode: 0o600 });
  const address: StoredAddress = {
    ...addresses(local),
    appId: app.id,
    privateKeyPath,
    webhookSecret: app.webhookSecret,
    installationId: installation.id,
    repository: `${OWNER}/${name}`,
    users,
  };
  if (options.stateDir !== null) {
    await writeFile(path.join(keyDir, ADDRESS_FILE), JSON.stringify(address), { mode: 0o600 });
  }
  return address;
}

/** Everything but the addresses, which depend on the port of this start. */
async function reopen(local: LocalGitHub, stateDir: string): Promise<StoredAddress> {
  const text = await readFile(path.join(stateDir, ADDRESS_FILE), "utf8");
  return { ...addressSchema.parse(JSON.parse(text)), ...addresses(local) };
}

function addresses(
  local: LocalGitHub,
): Pick<ExampleAddress, "url" | "apiUrl" | "graphqlUrl" | "gitUrl"> {
  const { url, apiUrl, graphqlUrl, gitUrl } = local;
  return { url, apiUrl, graphqlUrl, gitUrl };
}

function repositoryName(source: string): string {
  const name = path.basename(path.resolve(source)).replace(/\.git$/, "");
  return name.replaceAll(/[^\w.-]/g, "-") || "repository";
}
