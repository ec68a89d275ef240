import type { Endpoint } from "./endpoints.ts";

/** Requests of the App itself, about its installations and deliveries: rows of `endpoints.ts`. */

const NOTHING_HEARD = "the App cannot work at all";

export const APP_ENDPOINTS: readonly Endpoint[] = [
  {
    name: "POST /app-manifests/{code}/conversions",
    by: "nobody",
    needs: {},
    why: "the key and secrets of an App that `smallbatch setup` registers, once",
    declined: "register the App by hand",
  },
  {
    name: "GET /app/installations",
    by: "app",
    needs: {},
    why: "where the App is installed, also where no webhook told",
    declined: NOTHING_HEARD,
  },
  {
    name: "GET /app/installations/{installation_id}",
    by: "app",
    needs: {},
    why: "what an owner has granted, and whether they chose the repository",
    declined: NOTHING_HEARD,
  },
  {
    name: "GET /repos/{owner}/{repo}/installation",
    by: "app",
    needs: {},
    why: "through which installation `smallbatch propose` reaches a repository",
    declined: "the command cannot be used",
  },
  {
    name: "POST /app/installations/{installation_id}/access_tokens",
    by: "app",
    needs: {},
    why: "a token for one repository, or one that lists them",
    declined: NOTHING_HEARD,
  },
  {
    name: "GET /app/hook/deliveries",
    by: "app",
    needs: {},
    why: "find webhooks that never arrived",
    declined: "a lost webhook is made good by the next sweep only",
  },
  {
    name: "POST /app/hook/deliveries/{delivery_id}/attempts",
    by: "app",
    needs: {},
    why: "ask for those again",
    declined: "a lost webhook is made good by the next sweep only",
  },
  {
    name: "GET /installation/repositories",
    by: "installation",
    needs: { metadata: "read" },
    why: "which repositories an installation covers",
    declined: "repositories are found by their webhooks only",
  },
];
