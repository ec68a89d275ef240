import { z } from "zod";
import { composeClient, composeForge, systemClock } from "../../src/compose.ts";
import { createApp, install } from "../../src/local-github/seed-app.ts";
import type { Exchange } from "../../src/local-github/server.ts";
import { fleetingStore } from "../../src/reconcile/fleeting-store.ts";
import { reconcile } from "../../src/reconcile/reconcile.ts";
import { ci, mergePulls, openStage, seedSubject } from "../release/stage.ts";
import { PLACE, answerKey } from "./world.ts";
import type { CannedAnswers, Recording } from "./world.ts";

const COMMITS = 100;
/** Where webhooks go: a delivery that nobody takes is listed, too. */
const NOBODY = "http://127.0.0.1:9/";

const requestSchema = z.object({
  query: z.string(),
  variables: z.record(z.string(), z.unknown()),
});

/** What the local GitHub, on real git, answers about one repository in both states. */
export async function recordAnswers(): Promise<Recording> {
  let answers: Record<string, string> = {};
  const onExchange = ({ path, requestBody, responseBody }: Exchange): void => {
    if (path !== "/graphql") return;
    const { query, variables } = requestSchema.parse(JSON.parse(requestBody));
    answers[answerKey(query, variables)] = responseBody;
  };
  const stage = await openStage({ onExchange });
  // Ids with so many digits stand nowhere by chance, and can be replaced in markers, too.
  stage.github.github.data.lastId = PLACE.id - 1_000_000;
  try {
    const subject = await seedSubject(stage, COMMITS);
    const { app, privateKeyPem: privateKey } = await createApp(stage.github.github, {
      slug: "smallbatch",
      webhookUrl: NOBODY,
    });
    const { id: installationId } = install(stage.github.github, app, subject.place.owner, {
      repositories: "all",
    });
    const { url, apiUrl, graphqlUrl } = stage.github;
    const settings = { serverUrl: url, apiUrl, graphqlUrl, start: null };
    const credentials = { kind: "app", appId: app.id, privateKey, installationId } as const;
    const forge = composeForge(settings, composeClient(settings, credentials));
    const { owner, name } = subject.place;
    const repository = { id: subject.repository.id, owner, name };
    const look = (store = fleetingStore(), isDryRun = false) =>
      reconcile({ forge, store, clock: systemClock, repository, defaultBranch: "main", isDryRun });
    const replaceable = {
      owner,
      name,
      id: String(repository.id),
      installationId: String(installationId),
    };

    const merge = async () => ci(subject, await mergePulls(subject, 1), "success");
    // What this store remembers after its first release is what every repository will remember.
    const store = fleetingStore();
    await merge();
    await look(store);
    await merge();
    answers = {};
    await look(store, true);
    await look(fleetingStore(), true);
    const due = replace(answers, replaceable);

    await look(store);
    answers = {};
    await look(store);
    await look(store);
    await look();
    await stage.github.webhooks.idle();
    const deliveries = stage.github.github.data.deliveries.map(({ event, payload }) => ({
      event,
      payload: replaceText(payload, replaceable),
    }));
    return { appId: app.id, answers: { due, idle: replace(answers, replaceable) }, deliveries };
  } finally {
    await stage.close();
  }
}

interface Replaceable {
  readonly owner: string;
  readonly name: string;
  readonly id: string;
  readonly installationId: string;
}

function replace(
  answers: Readonly<Record<string, string>>,
  replaceable: Replaceable,
): CannedAnswers {
  return Object.fromEntries(
    Object.entries(answers).map(([key, text]) => [key, replaceText(text, replaceable)]),
  );
}

/** Put the placeholders where the repository stands. */
function replaceText(text: string, { owner, name, id, installationId }: Replaceable): string {
  return text
    .replaceAll(installationId, String(PLACE.installationId))
    .replaceAll(id, String(PLACE.id))
    .replaceAll(/"externalId":"smallbatch:[^"]*"/g, `"externalId":"${PLACE.externalId}"`)
    .replaceAll(`${owner}/${name}`, `${PLACE.owner}/${PLACE.name}`)
    .replaceAll(`"login":"${owner}"`, `"login":"${PLACE.owner}"`)
    .replaceAll(`"name":"${name}"`, `"name":"${PLACE.name}"`);
}
