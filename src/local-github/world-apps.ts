/** Apps, where they are installed, tokens, and the webhooks that were sent. Part of the world: `world.ts`. */

export interface App {
  id: number;
  slug: string;
  name: string;
  ownerId: number;
  botId: number;
  createdAt: string;
  publicKeyPem: string;
  webhookUrl: string | null;
  webhookSecret: string;
  permissions: Record<string, "read" | "write">;
  events: string[];
}

export interface Installation {
  id: number;
  appId: number;
  accountId: number;
  repositorySelection: "all" | "selected";
  /** Only with `selected`. */
  repositoryIds: number[];
  permissions: Record<string, "read" | "write">;
  events: string[];
  suspendedAt: string | null;
  createdAt: string;
}

export interface Token {
  token: string;
  /** Null for an installation's token, else whose it is. */
  userId: number | null;
  installationId: number | null;
  /** Null: everything that the user or the installation may. */
  permissions: Record<string, "read" | "write"> | null;
  /** Null: every repository of the installation. */
  repositoryIds: number[] | null;
  expiresAt: string | null;
}

export interface Delivery {
  id: number;
  guid: string;
  appId: number;
  event: string;
  action: string | null;
  installationId: number | null;
  repositoryId: number | null;
  deliveredAt: string;
  redelivery: boolean;
  /** Seconds. */
  duration: number;
  /** `OK`, or why it failed. */
  status: string;
  statusCode: number;
  /** The body that was sent, as JSON text. */
  payload: string;
  responseBody: string;
}

/** After an App was registered from a manifest: what its credentials are exchanged for, once. */
export interface ManifestCode {
  code: string;
  appId: number;
  /** Kept for the exchange only. */
  privateKeyPem: string;
  createdAt: string;
}
