/** What the canned GitHub is told: who installed the App, and what every repository answers. */
export interface CannedWorld extends Recording {
  readonly installations: readonly CannedInstallation[];
}

export interface Recording {
  /** The App that made the releases and checks in the answers. */
  readonly appId: number;
  readonly answers: Readonly<Record<CannedState, CannedAnswers>>;
  /** What GitHub delivered while two pulls were merged and released, in its real sizes. */
  readonly deliveries: readonly CannedDelivery[];
}

export interface CannedDelivery {
  readonly event: string;
  /** JSON about the repository `PLACE`; all other ids begin with the same digits. */
  readonly payload: string;
}

/** "idle": all is released and said. "due": one pull is merged, green and not released. */
export type CannedState = "idle" | "due";

export interface CannedInstallation {
  readonly id: number;
  readonly repositories: number;
}

/** `PUT` one of the states there to have every repository in it; they begin idle. */
export const STATE_PATH = "/canned/state";

/** By `answerKey`: the text of a GraphQL answer about the repository `PLACE`. */
export type CannedAnswers = Readonly<Record<string, string>>;

/** Stands in the answers for what differs between repositories. */
export const PLACE = {
  id: 987_654_321,
  installationId: 987_654_322,
  owner: "place-owner",
  name: "place-name",
  /** What our check on a repository's head says, as it was written last. */
  externalId: "place-external-id",
} as const;

/** Ids of the recorded world: they stand nowhere by chance. */
export const RECORDED_IDS = /\b98[67]\d{6}\b/g;

const IDS_PER_INSTALLATION = 100_000;

export function repositoryId(installationId: number, index: number): number {
  return installationId * IDS_PER_INSTALLATION + index;
}

export function labelOf(id: number): { readonly owner: string; readonly name: string } {
  return { owner: `org-${Math.floor(id / IDS_PER_INSTALLATION)}`, name: `repo-${id}` };
}

/** Operation, and whether it knew the newest release's tag. */
export function answerKey(document: string, variables: Readonly<Record<string, unknown>>): string {
  const operation = /^\s*(?:query|mutation)\s+(\w+)/.exec(document)?.[1] ?? "";
  return `${operation}${variables["isBaseKnown"] === true ? " known" : ""}`;
}
