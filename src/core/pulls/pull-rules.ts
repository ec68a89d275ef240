import { isStarted } from "../start.ts";
import type { LineState } from "../state.ts";
import type { OpenPull } from "./open-pull.ts";
import { judgePullGates } from "./pull-gates.ts";
import type { PullPreview } from "./pull-preview.ts";

/** What a rule says about an open pull beside the line's own reason. It never blocks the merge. */
export interface PullRuling {
  /** Stable word for machines. */
  readonly rule: string;
  /** One plain sentence without a trailing full stop. */
  readonly text: string;
  /** Names of what is missing: people, keys, files. */
  readonly blockedBy: readonly string[];
}

export interface PullQuestion {
  readonly state: LineState;
  readonly pull: OpenPull;
  /** What each line of its branch says to it; empty where the policy is not valid. */
  readonly previews: readonly PullPreview[];
}

type PullRule = (question: PullQuestion) => PullRuling | null;

const watched: PullRule = ({ state }) =>
  isStarted(state)
    ? null
    : {
        rule: "watched",
        text: "nothing is released here until `.github/smallbatch.yml` stands on this branch",
        blockedBy: [".github/smallbatch.yml"],
      };

const observes: PullRule = ({ state }) =>
  state.canRelease
    ? null
    : {
        rule: "observes-only",
        text: "this App only observes: it was granted `contents: read`",
        blockedBy: ["contents: write"],
      };

const draft: PullRule = ({ pull }) =>
  pull.isDraft ? { rule: "draft", text: "it is still a draft", blockedBy: [] } : null;

/** Asked in order; every one that has something to say stands in the check. */
const PULL_RULES: readonly PullRule[] = [watched, observes, draft, judgePullGates];

export function judgePullRules(question: PullQuestion): readonly PullRuling[] {
  return PULL_RULES.map((rule) => rule(question)).filter((ruling) => ruling !== null);
}
