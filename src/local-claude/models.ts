/** A model as `GET /v1/models` tells it, and what its cache needs. */
export interface LocalModel {
  readonly id: string;
  readonly name: string;
  readonly line: "haiku" | "sonnet" | "opus";
  readonly lifecycle: "active" | "deprecated" | "retired";
  readonly createdAt: string;
  readonly retiresAt: string | null;
  readonly inputTokensMax: number;
  readonly outputTokensMax: number;
  /** Shorter prefixes are not kept. */
  readonly cacheTokensMin: number;
  readonly canBeWithoutThinking: boolean;
}

const RECENT = { inputTokensMax: 1_000_000, outputTokensMax: 64_000, canBeWithoutThinking: true };
const ACTIVE = { ...RECENT, lifecycle: "active", retiresAt: null } as const;

/** The newest first, as the service lists them. */
export const MODELS: readonly LocalModel[] = [
  {
    ...ACTIVE,
    id: "claude-haiku-5-5",
    name: "Claude Haiku 5.5",
    line: "haiku",
    createdAt: "2026-10-07T00:00:00Z",
    cacheTokensMin: 512,
  },
  {
    ...ACTIVE,
    id: "claude-sonnet-5-5",
    name: "Claude Sonnet 5.5",
    line: "sonnet",
    createdAt: "2026-09-15T00:00:00Z",
    cacheTokensMin: 1_024,
  },
  {
    ...ACTIVE,
    id: "claude-opus-5-5",
    name: "Claude Opus 5.5",
    line: "opus",
    createdAt: "2026-09-15T00:00:00Z",
    cacheTokensMin: 512,
  },
  {
    ...ACTIVE,
    id: "claude-haiku-4-5-20251001",
    name: "Claude Haiku 4.5",
    line: "haiku",
    createdAt: "2025-10-01T00:00:00Z",
    inputTokensMax: 200_000,
    cacheTokensMin: 4_096,
  },
  {
    ...RECENT,
    id: "claude-sonnet-4-5-20250929",
    name: "Claude Sonnet 4.5",
    line: "sonnet",
    lifecycle: "deprecated",
    createdAt: "2025-09-29T00:00:00Z",
    retiresAt: "2026-11-30T00:00:00Z",
    cacheTokensMin: 1_024,
  },
  {
    ...RECENT,
    id: "claude-sonnet-4-20250514",
    name: "Claude Sonnet 4",
    line: "sonnet",
    lifecycle: "retired",
    createdAt: "2025-05-14T00:00:00Z",
    retiresAt: "2026-06-15T00:00:00Z",
    cacheTokensMin: 1_024,
  },
];

/** Also by its name without a date, as the service takes it. */
export function findModel(models: readonly LocalModel[], id: string): LocalModel | null {
  return (
    models.find((model) => model.id === id || model.id.replace(/-20\d{6}$/, "") === id) ?? null
  );
}

export function renderModel(model: LocalModel): Record<string, unknown> {
  const yes = { supported: true };
  return {
    type: "model",
    id: model.id,
    display_name: model.name,
    created_at: model.createdAt,
    deprecated_at: model.lifecycle === "active" ? null : model.createdAt,
    lifecycle: model.lifecycle,
    retires_at: model.retiresAt,
    line: model.line,
    max_input_tokens: model.inputTokensMax,
    max_tokens: model.outputTokensMax,
    capabilities: {
      batch: yes,
      citations: yes,
      structured_outputs: yes,
      thinking: {
        supported: true,
        types: { adaptive: yes, disabled: { supported: model.canBeWithoutThinking } },
      },
    },
  };
}

/** One page, as `GET /v1/models` pages: `limit` 1 to 1000, 20 when left out. */
export function pageOf(models: readonly LocalModel[], query: URLSearchParams): unknown {
  const limit = Math.min(1_000, Math.max(1, Number(query.get("limit") ?? 20)));
  const after = models.findIndex(({ id }) => id === query.get("after_id"));
  const page = models.slice(after + 1, after + 1 + limit);
  return {
    data: page.map((model) => renderModel(model)),
    has_more: after + 1 + limit < models.length,
    first_id: page[0]?.id ?? null,
    last_id: page.at(-1)?.id ?? null,
  };
}
