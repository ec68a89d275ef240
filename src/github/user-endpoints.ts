import type { Endpoint } from "./endpoints.ts";

/** Requests about people who log in, and what they are shown: rows of `endpoints.ts`. */

const NO_LOGIN = "nobody can log in";

export const USER_ENDPOINTS: readonly Endpoint[] = [
  {
    name: "POST /login/oauth/access_token",
    by: "client",
    needs: {},
    why: "a token of somebody who logs in, and its renewal; below GITHUB_SERVER_URL",
    declined: NO_LOGIN,
  },
  {
    name: "DELETE /applications/{client_id}/token",
    by: "client",
    needs: {},
    why: "give it back when they log out",
    declined: "it ends by itself after 8 hours",
  },
  {
    name: "GET /user",
    by: "person",
    needs: {},
    why: "who logged in",
    declined: NO_LOGIN,
  },
  {
    name: "GET /user/installations",
    by: "person",
    needs: {},
    why: "where they and the App meet",
    declined: "they see public repositories only",
  },
  {
    name: "GET /user/installations/{installation_id}/repositories",
    by: "person",
    needs: {},
    why: "which repositories they see there, and what they may do",
    declined: "they see public repositories only",
  },
  {
    name: "query ReadVisibility",
    by: "installation",
    needs: {},
    why: "whether what everybody sees on our pages is still public",
    declined: "pages show nothing without a login",
  },
];
