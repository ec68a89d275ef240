import { z } from "zod";
import { DRAFT_FAILURES } from "../core/evidence/failures.ts";
import { judgeFailure } from "./failure.ts";
import { openSdk } from "./sdk.ts";
import type { SdkSettings } from "./sdk.ts";

/** Nobody waits for it; what hangs must end nevertheless. */
const LIST_MS = 10_000;

/** The service has a few dozen. */
const MODELS_MAX = 2_000;

/** The list is asked for again after a day: models are retired while a server runs. */
const LIST_LIFE_MS = 24 * 3_600_000;

const isSupported = z.object({ supported: z.boolean() }).nullish();

const modelSchema = z.object({
  id: z.string(),
  lifecycle: z.enum(["active", "deprecated", "retired"]).catch("active"),
  line: z.string().nullish(),
  retires_at: z.string().nullish(),
  capabilities: z
    .object({
      structured_outputs: isSupported,
      thinking: z.object({ types: z.object({ disabled: isSupported }).nullish() }).nullish(),
    })
    .nullish(),
});

type Model = z.infer<typeof modelSchema>;

export interface ModelCheck {
  /**
   * What is wrong with a model, in a sentence that names the replacement; null: nothing, or it was
   * looked at before. Total: that the service cannot be asked is such a sentence, too.
   */
  check(model: string): Promise<string | null>;
}

/** Looks models up in the service's own list, each once a day. */
export function createModelCheck(
  settings: SdkSettings & { readonly now: () => number; readonly listMs?: number },
): ModelCheck {
  let listed: { readonly at: number; readonly list: Promise<readonly Model[] | string> } | null =
    null;
  let checked = new Set<string>();
  return {
    check: async (model) => {
      const now = settings.now();
      if (listed === null || now - listed.at >= LIST_LIFE_MS) {
        const list = listModels(settings, settings.listMs ?? LIST_MS);
        listed = { at: now, list: list.catch(() => "The models could not be listed.") };
        checked = new Set();
      }
      if (checked.has(model)) return null;
      checked.add(model);
      const list = await listed.list;
      if (typeof list !== "string") return judgeModel(model, list);
      // Once for all models.
      if (checked.has("")) return null;
      checked.add("");
      return list;
    },
  };
}

/** A sentence where there is no list. */
async function listModels(settings: SdkSettings, ms: number): Promise<readonly Model[] | string> {
  const signal = AbortSignal.timeout(ms);
  const { sdk, client } = await openSdk(settings);
  const models: Model[] = [];
  try {
    for await (const each of client.models.list({ limit: 100 }, { signal, timeout: ms })) {
      models.push(modelSchema.parse(each));
      if (models.length >= MODELS_MAX) break;
    }
  } catch (error) {
    const { code } = judgeFailure(error, sdk, signal);
    return `The models could not be listed: ${DRAFT_FAILURES[code]} (${code}).`;
  }
  return models.length === 0 ? "The models could not be listed: the list is empty." : models;
}

function judgeModel(id: string, models: readonly Model[]): string | null {
  const model = models.find((each) => each.id === id || each.id.replace(/-20\d{6}$/, "") === id);
  const instead = replacementOf(model ?? { id, line: null }, models);
  const advice = instead === null ? "" : ` Set notes.model to ${instead}.`;
  if (model === undefined) return `Claude knows no model ${id}.${advice}`;
  if (model.lifecycle === "retired") return `The model ${id} is retired.${advice}`;
  if (model.lifecycle === "deprecated") {
    const day = model.retires_at?.slice(0, 10);
    return `The model ${id} is deprecated${day === undefined ? "" : ` and ends on ${day}`}.${advice}`;
  }
  if (model.capabilities?.structured_outputs?.supported === false) {
    return `The model ${id} cannot answer in a given form.${advice}`;
  }
  if (model.capabilities?.thinking?.types?.disabled?.supported === false) {
    return `The model ${id} cannot answer without thinking, which is what it is asked.${advice}`;
  }
  return null;
}

/** The newest of the same line that does what we ask, else of all; lists begin with the newest. */
function replacementOf(
  { id, line }: Pick<Model, "id" | "line">,
  models: readonly Model[],
): string | null {
  const usable = models.filter(
    ({ id: other, lifecycle, capabilities }) =>
      other !== id &&
      lifecycle === "active" &&
      capabilities?.structured_outputs?.supported !== false &&
      capabilities?.thinking?.types?.disabled?.supported !== false,
  );
  const alike = usable.find((each) =>
    typeof line === "string" ? each.line === line : isNamedIn(each.line, id),
  );
  return (alike ?? usable[0])?.id ?? null;
}

/** What is not listed has no line; its name mostly says one. */
function isNamedIn(line: string | null | undefined, id: string): boolean {
  return typeof line === "string" && id.includes(line);
}
