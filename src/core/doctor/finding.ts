/** What the doctor looks at, in the order in which people read it. */
export const FINDING_NAMES = [
  "base",
  "titles",
  "checks",
  "required checks",
  "workflows",
  "assets",
  "other tools",
  "version files",
  "workspaces",
  "tag rules",
  "branch rules",
  "issues",
  "Actions",
  "permissions",
] as const;

type FindingName = (typeof FINDING_NAMES)[number];

/** One line of the doctor's table. All text is inert Markdown that also reads well in a terminal. */
export interface Finding {
  readonly name: FindingName;
  /** `unknown`: nobody could look, and `text` says why. */
  readonly state: "fine" | "todo" | "unknown";
  /** What is so: one plain sentence without a full stop. */
  readonly text: string;
  /** What to do, whole sentences; null where nothing is to do. */
  readonly todo: string | null;
  /** YAML lines that belong into the policy, as the repository is. */
  readonly policy: readonly string[];
  /** YAML lines that somebody may want, and that nothing needs. */
  readonly offered: readonly string[];
}

export function fine(name: FindingName, text: string): Finding {
  return { name, state: "fine", text, todo: null, policy: [], offered: [] };
}

export function todo(
  name: FindingName,
  text: string,
  what: { readonly todo: string | null; readonly policy?: readonly string[] },
): Finding {
  const { policy = [] } = what;
  return { name, state: "todo", text, todo: what.todo, policy, offered: [] };
}
