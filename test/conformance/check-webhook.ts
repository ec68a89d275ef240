import { Validator } from "./description.ts";

let loaded: Validator | null = null;

/** What GitHub's description says against one webhook payload, as sentences. */
export function checkWebhook(event: string, payload: unknown): string[] {
  loaded ??= new Validator("openapi-webhooks");
  const action = (payload as { action?: unknown } | null)?.action;
  const full = (typeof action === "string" ? `${event}-${action}` : event).replaceAll("_", "-");
  const name = full in loaded.description.webhooks ? full : nameOf(event);
  const schema = loaded.description.webhooks[name];
  if (!schema) return [`webhook ${full}: not in test/conformance/webhooks.json`];
  return loaded.checkBody(name, schema, payload).map((error) => `webhook ${full}: ${error}`);
}

function nameOf(event: string): string {
  // Its action is whatever was asked for, and the description has one for all.
  if (event === "repository_dispatch") return "repository-dispatch-sample.collected";
  return event.replaceAll("_", "-");
}
