import type { ActEnd } from "../core/rollback/hear-restoration.ts";
import type { Restoring } from "../rollback-port.ts";
import { pathOf, scopeOf } from "./apply.ts";
import type { GitHubClient } from "./client.ts";
import { wordsOf } from "./failure.ts";
import type { Answer } from "./failure.ts";

/** Writes of a restoration, and what GitHub says where it refuses one. */

const NOT_MERGED = 405;
const REFUSED = [403, 404, NOT_MERGED, 409, 422];

export function send(
  client: GitHubClient,
  { state }: Restoring,
  request: {
    readonly method: "POST" | "PATCH" | "PUT";
    readonly path: string;
    readonly body: Readonly<Record<string, unknown>>;
  },
): Promise<Answer> {
  const path = pathOf(state, request.path);
  return client.rest({ ...request, path, scope: scopeOf(state), allow: REFUSED });
}

/** GitHub's words, and what is known of why where they say little. */
export function refused({ status, data }: Answer): ActEnd {
  const { words } = wordsOf(data);
  const isForbidden = status === 403 || status === 404;
  const why = isForbidden
    ? " (the App may not write here, or the commit changes files under .github/workflows, which needs a " +
      "permission that it does not ask for)"
    : "";
  return { kind: "refused", words: `${words === "" ? status : words}${why}`, isForbidden };
}
