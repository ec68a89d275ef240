import type { PageAct, PageActKind } from "../core/acts/page-act.ts";
import { repositoryPath } from "./paths.ts";

/** Addresses of confirmations: what is asked for stands in them, and nothing is done by opening one. */

const KINDS: readonly string[] = ["publish", "release", "hold", "resume", "rollback"];

/** No branch and no tag is longer. */
const NAME_CHARS_MAX = 255;

export function actPath(repository: Parameters<typeof repositoryPath>[0], act: PageAct): string {
  const { kind, ...of } = act;
  return `${repositoryPath(repository)}/act/${kind}?${new URLSearchParams(of).toString()}`;
}

/** Null: it is no address of ours. */
export function readAct(
  kind: string | undefined,
  query: Readonly<Record<string, string>>,
): PageAct | null {
  if (!isKind(kind)) return null;
  const { line = "", branch = "", tag = "" } = query;
  if (kind === "rollback") return isName(tag) ? { kind, tag } : null;
  if (kind === "hold" || kind === "resume") return isName(branch) ? { kind, branch } : null;
  return /^[0-9a-f]{16}$/.test(line) ? { kind, line } : null;
}

function isKind(kind: string | undefined): kind is PageActKind {
  return kind !== undefined && KINDS.includes(kind);
}

/** GitHub takes no others for branches and tags, so that a page says what stands there. */
function isName(name: string): boolean {
  return name !== "" && name.length <= NAME_CHARS_MAX && !/[\s\p{C}]/u.test(name);
}
