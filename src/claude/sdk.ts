import type * as Sdk from "@anthropic-ai/sdk";
import { openWire } from "./wire.ts";

export interface SdkSettings {
  readonly apiKey: string;
  /** Without a trailing slash, e.g. `https://api.anthropic.com`. */
  readonly baseUrl: string;
  /** `smallbatch/1.2.3`. */
  readonly userAgent: string;
  readonly fetch?: typeof globalThis.fetch;
}

export interface SdkOpened {
  readonly sdk: typeof Sdk;
  readonly client: Sdk.Anthropic;
}

/**
 * The SDK reads about twenty environment variables. What is given here is not read from them; the
 * headers of `ANTHROPIC_CUSTOM_HEADERS` end at the wire. It takes 25 MB and a tenth of a second, so
 * it is loaded only by who asks Claude.
 */
export async function openSdk(settings: SdkSettings): Promise<SdkOpened> {
  const sdk = await import("@anthropic-ai/sdk");
  const { apiKey, baseUrl, userAgent, fetch = globalThis.fetch } = settings;
  const client = new sdk.Anthropic({
    apiKey,
    baseURL: baseUrl,
    webhookKey: null,
    logLevel: "off",
    openTelemetry: false,
    // The SDK waits as long as the service says, and sends again what may have been billed.
    maxRetries: 0,
    fetch: openWire({ apiKey, userAgent, fetch }),
  });
  return { sdk, client };
}
