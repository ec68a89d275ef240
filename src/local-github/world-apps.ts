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
  /** Absent in states that were saved before Apps could sign people in. */
  clientSecret?: string;
  /** Where people may be sent back to after they signed in; likewise. */
  callbackUrls?: string[];
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
  /** App that the person let act for them (`ghu_`); absent: a token of their own, or an App's. */
  appId?: number;
  /** With `appId`: what a fresh one is got for, once, while it has not ended. */
  refresh?: { token: string; expiresAt: string };
}

/** A person said yes to an App; the App exchanges it for a token, once. */
export interface LoginCode {
  code: string;
  appId: number;
  userId: number;
  redirectUri: string;
  /** SHA-256 of the verifier, as `base64url`; null: the App sent none. */
  challenge: string | null;
  createdAt: string;
}

/** An organisation whose single sign-on a person has not gone through. */
export interface SignOnLock {
  organizationId: number;
  userId: number;
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
