import type { Hono } from "hono";
import { readObject, requireString } from "../body.ts";
import {
  HttpError,
  readJson,
  requireAccount,
  requireRepository,
  validationFailed,
  type Env,
} from "../context.ts";
import type { GitHub } from "../github.ts";

const WRITE = { permission: "contents", access: "write", role: "write" } as const;

const TYPE_CHARACTERS_MAX = 100;
const PROPERTIES_MAX = 10;

/** `repository_dispatch`: Apps that subscribe hear of it. There are no workflows here to start. */
export function register(app: Hono<Env>, github: GitHub): void {
  app.post("/repos/:owner/:repo/dispatches", async (c) => {
    const repository = requireRepository(c, github, WRITE);
    const sender = requireAccount(c);
    const body = await readJson(c);
    const type = requireString(body, "event_type");
    if (type === "" || type.length > TYPE_CHARACTERS_MAX) {
      throw validationFailed({
        resource: "RepositoryDispatch",
        code: "invalid",
        field: "event_type",
      });
    }
    const clientPayload = readObject(body, "client_payload");
    const count = Object.keys(clientPayload ?? {}).length;
    if (count > PROPERTIES_MAX) {
      const message = `Invalid request.\n\nNo more than ${PROPERTIES_MAX} properties are allowed; ${count} were supplied.`;
      throw new HttpError(422, { message });
    }
    github.emit({
      name: "repository_dispatch",
      action: type,
      repositoryId: repository.id,
      senderId: sender.id,
      detail: clientPayload === undefined ? {} : { clientPayload },
    });
    return c.body(null, 204);
  });
}
