import { EMPTY_MEMORY } from "../core/memory.ts";
import type { Memory } from "../core/memory.ts";
import { formatLine } from "../core/state.ts";
import type { Line } from "../core/state.ts";
import type { Interpretation } from "../deliveries-port.ts";
import type { CommandHeard, PullLook } from "../doors-port.ts";
import type { LedgerRelease, LinePlan, Store, TakenCommand } from "../ports.ts";
import { fleetingCases } from "./fleeting-cases.ts";
import { fleetingDesk } from "./fleeting-desk.ts";
import { fleetingDrafts } from "./fleeting-drafts.ts";
import { fleetingRollbacks } from "./fleeting-rollbacks.ts";

/** What deliveries say of comments and open pulls is kept until a look. */
export type FleetingStore = Store & {
  hear(
    news: Pick<Interpretation, "command" | "pull" | "desk" | "rollbackBoxes"> &
      Partial<Pick<Interpretation, "facts">>,
  ): void;
};

/**
 * A store that forgets: for a single pass without a database (`smallbatch run --once`). The loop
 * decides from GitHub alone; what is kept here lives only between the looks of that pass.
 */
export function fleetingStore(): FleetingStore {
  const memories = new Map<string, Memory>();
  const plans = new Map<string, LinePlan>();
  const releases: LedgerRelease[] = [];
  const commands = new Map<string, CommandHeard>();
  const looks = new Map<number, PullLook>();
  const readMemory = (line: Line) => memories.get(formatLine(line)) ?? EMPTY_MEMORY;
  const find = (repositoryId: number, tag: string) =>
    releases.find((release) => release.line.repositoryId === repositoryId && release.tag === tag);
  const amend = (line: Line, tag: string, fields: Partial<LedgerRelease>) => {
    const release = find(line.repositoryId, tag);
    if (release !== undefined) {
      releases.splice(releases.indexOf(release), 1, { ...release, ...fields });
    }
  };
  const doors = doorsOf(commands, looks);
  const desk = fleetingDesk();
  const rollbacks = fleetingRollbacks();

  return {
    readMemory: (line) => Promise.resolve(readMemory(line)),
    writeMemory: async (line, change) => {
      memories.set(formatLine(line), { ...readMemory(line), ...change });
    },
    recordIntent: async (release) => {
      if (find(release.line.repositoryId, release.tag) !== undefined) return;
      releases.unshift({
        ...release,
        state: "intended",
        url: null,
        publishedAt: null,
        publishChecks: [],
      });
    },
    recordPublished: async (line, tag, { url, at }) => {
      amend(line, tag, { state: "published", url, publishedAt: at });
    },
    recordPublishChecks: async (line, tag, publishChecks) => {
      amend(line, tag, { publishChecks });
    },
    readReleases: (line, limit) =>
      Promise.resolve(
        releases.filter((it) => formatLine(it.line) === formatLine(line)).slice(0, limit),
      ),
    findRelease: (repositoryId, tag) => Promise.resolve(find(repositoryId, tag) ?? null),
    recordFacts: () => Promise.resolve(),
    ...takenOf(),
    recordPlan: async (line, plan, at) => {
      plans.set(formatLine(line), { line, plan, at });
    },
    readPlan: (line) => Promise.resolve(plans.get(formatLine(line)) ?? null),
    readPlans: (repositoryId) =>
      Promise.resolve([...plans.values()].filter(({ line }) => line.repositoryId === repositoryId)),
    ...doors,
    ...desk.store,
    ...rollbacks.store,
    ...fleetingDrafts(),
    ...fleetingCases(),
    hear: (news) => {
      doors.hear(news);
      if (news.desk !== undefined) desk.hear(news.desk);
      if (news.rollbackBoxes !== undefined) rollbacks.hear(news.rollbackBoxes);
      rollbacks.hearFacts(news.facts ?? []);
    },
  };
}

function takenOf(): Pick<Store, "recordTaken" | "readTaken"> {
  const taken = new Map<string, TakenCommand>();
  return {
    recordTaken: async (_, said) => {
      if (!taken.has(said.key)) taken.set(said.key, said);
    },
    readTaken: (_, limit) =>
      Promise.resolve(
        [...taken.values()].toSorted((left, right) => right.at - left.at).slice(0, limit),
      ),
  };
}

function keyOf({ commentId, number }: Pick<CommandHeard, "commentId" | "number">): string {
  return commentId === null ? `issue ${number}` : `comment ${commentId}`;
}

/** Of one repository: a process without a database has a store for each. */
function doorsOf(
  commands: Map<string, CommandHeard>,
  looks: Map<number, PullLook>,
): Pick<FleetingStore, "hear" | "readDoors" | "closeCommand" | "closeLooks" | "askLook"> {
  const ask = ({
    number,
    branch,
    isForced = false,
    group = null,
  }: Omit<NonNullable<Interpretation["pull"]>, "isOpen">): void => {
    const known = looks.get(number);
    looks.set(number, {
      number,
      branch: branch === "" ? (known?.branch ?? "") : branch,
      asks: (known?.asks ?? 0) + 1,
      isForced: isForced || known?.isForced === true,
      group: group ?? known?.group ?? null,
    });
  };
  return {
    hear: ({ command, pull }) => {
      if (command !== undefined) commands.set(keyOf(command), command);
      if (pull?.isOpen === true) ask(pull);
      else if (pull !== undefined) looks.delete(pull.number);
    },
    readDoors: (_, limit) =>
      Promise.resolve({
        commands: [...commands.values()].slice(0, limit),
        looks: [...looks.values()].slice(0, limit),
        isMore: Math.max(commands.size, looks.size) > limit,
      }),
    closeCommand: async (_, command) => {
      commands.delete(keyOf(command));
    },
    closeLooks: async (_, done) => {
      for (const { number, asks } of done) {
        if (looks.get(number)?.asks === asks) looks.delete(number);
      }
    },
    askLook: async (_, pull) => ask(pull),
  };
}
