import { POLICY_PATH } from "../policy/policy-errors.ts";
import type { PolicyError } from "../policy/policy-errors.ts";
import { parsePolicy } from "../policy/policy.ts";
import type { OurCheck, PolicyFile } from "../state.ts";

/** The policy file at the head of a pull that changes it. */
export interface PullPolicy {
  /** Null: the pull takes it away. */
  readonly file: PolicyFile | null;
  /** What stands at the path. Only a file can be read: the text of a link is a path. */
  readonly is: "file" | "link" | "submodule" | "folder";
  /** Our policy check on the head; null: none stands. */
  readonly ourCheck: OurCheck | null;
}

const OTHERS: Readonly<Record<Exclude<PullPolicy["is"], "file">, string>> = {
  link: "it is a symbolic link",
  submodule: "it is a submodule",
  folder: "it is a folder",
};

/** Empty: it is valid, or the pull takes it away. */
export function errorsOf({ file, is }: PullPolicy): readonly PolicyError[] {
  if (is !== "file") {
    const hint = `put a text file at ${POLICY_PATH}`;
    return [{ line: 1, column: 1, path: "", message: OTHERS[is], hint }];
  }
  const parsed = file === null ? null : parsePolicy(file);
  return parsed?.kind === "invalid" ? parsed.errors : [];
}
