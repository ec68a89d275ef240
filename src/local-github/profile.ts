/** Which GitHub this is: github.com, or an Enterprise Server of some version. */
export interface Profile {
  readonly name: ProfileName;
  /** Path of the REST API on the server's host; the root takes it too on github.com. */
  readonly apiPath: "" | "/api/v3";
  readonly graphqlPath: "/graphql" | "/api/graphql";
  /** As in `X-GitHub-Enterprise-Version`; null on github.com. */
  readonly enterpriseVersion: string | null;
  /** Enterprise Server has no rate limits unless its administrator sets some. */
  readonly isRateLimited: boolean;
  /** Paths of the REST API that this version does not have. */
  readonly missingPaths: RegExp | null;
  /** What its GraphQL schema lacks of github.com's: a field as `Type.field`, or a type. */
  readonly missingNames: readonly string[];
}

export const PROFILE_NAMES = ["github", "ghes", "ghes-3.10"] as const;
export type ProfileName = (typeof PROFILE_NAMES)[number];

const GITHUB: Profile = {
  name: "github",
  apiPath: "",
  graphqlPath: "/graphql",
  enterpriseVersion: null,
  isRateLimited: true,
  missingPaths: null,
  missingNames: [],
};

/** What the published description of 3.17 leaves out; GraphQL has all that is implemented here. */
const GHES: Profile = {
  name: "ghes",
  apiPath: "/api/v3",
  graphqlPath: "/api/graphql",
  enterpriseVersion: "3.17.0",
  isRateLimited: false,
  missingPaths: /^\/repos\/[^/]+\/[^/]+\/immutable-releases$/,
  missingNames: [],
};

/** Before rulesets, which Enterprise Server has from 3.11 on. */
const GHES_3_10: Profile = {
  ...GHES,
  name: "ghes-3.10",
  enterpriseVersion: "3.10.0",
  missingPaths: /^\/repos\/[^/]+\/[^/]+\/(?:immutable-releases|rulesets|rules)(?:\/|$)/,
  missingNames: [
    "Ref.rules",
    "Repository.ruleset",
    "Repository.rulesets",
    "RequiredStatusChecksParameters",
  ],
};

export function findProfile(name: ProfileName): Profile {
  return { github: GITHUB, ghes: GHES, "ghes-3.10": GHES_3_10 }[name];
}
