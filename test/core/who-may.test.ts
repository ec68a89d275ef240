import { describe, expect, it } from "@jest/globals";
import type { Plan } from "../../src/core/action.ts";
import { parseCommands } from "../../src/core/command.ts";
import type { Asked } from "../../src/core/command.ts";
import { formatBox, keyOfLine, tickBoxes } from "../../src/core/desk/desk-box.ts";
import type { DeskAct } from "../../src/core/desk/desk-box.ts";
import { judgeTick, judgeTicker } from "../../src/core/desk/desk-obey.ts";
import { findTicker, findTicks } from "../../src/core/desk/desk-ticks.ts";
import type { DeskEdit, TicksFound } from "../../src/core/desk/desk-ticks.ts";
import { commandsOf, judgeCommand, judgeComment } from "../../src/core/obey.ts";
import { plan } from "../../src/core/plan.ts";
import type { Label } from "../../src/core/pull.ts";
import { memoryOf, questionOf } from "../../src/core/question.ts";
import type { Decision, Question } from "../../src/core/question.ts";
import type { CommentSeen } from "../../src/core/said.ts";
import { judgeException } from "../../src/core/size/size-exception.ts";
import type { Actor, LineState, Permission } from "../../src/core/state.ts";
import {
  ALICE,
  batchOf,
  BOB,
  DAY,
  label,
  memory,
  MINUTE,
  NOON,
  policyFile,
  sha,
} from "../support/states.ts";

/**
 * Who may do what, as the design has it, for every door that something comes in by. Written out and
 * not computed from `RIGHTS`: whoever changes a right changes it here too.
 *
 * `x`: something changes. `t`: it is told, and nothing changes. `.`: nothing comes of it but an
 * answer, if that. `-`: the door has no such thing.
 */
const WHO = [
  "outsider",
  "read",
  "triage",
  "write",
  "maintain",
  "admin",
  // With read: they wrote the pull that it is said on.
  "author",
  // Wrote it, or merged it, and has maintain.
  "interested",
  "bot",
  "ourselves",
  "edited",
  // Nothing but our markers.
  "forged",
  // Of the day before yesterday, or before what it is about.
  "stale",
  // GitHub does not say who.
  "unproven",
] as const;

type Who = (typeof WHO)[number];

/* oxfmt-ignore */
const TABLE: Readonly<Record<string, string>> = {
  //                    outsider ┐ ┌ read        author ┐ ┌ interested
  //                             │ │ ┌ triage           │ │ ┌ bot
  //                             │ │ │ ┌ write          │ │ │ ┌ ourselves
  //                             │ │ │ │ ┌ maintain     │ │ │ │ ┌ edited, forged, stale, unproven
  "/release":                   ". . . . x x            . x . . . . . .",
  "/release now":               ". . . . x x            . x . . . . . .",
  "/release as 3.0.0":          ". . . . x x            . x . . . . . .",
  "/release now for .":         ". . . . x x            . x . . . . . .",
  "/preview":                   ". . . x x x            . x . . . . . .",
  "/hold it burns":             ". . . x x x            . x . . . . . .",
  "/resume":                    ". . . x x x            . x . . . . . .",
  "/rollback v1.4.2 it burns":  ". . . x x x            . x . . . . . .",
  "/size-ok it is one piece":   ". . . . x x            . . . . . . . .",
  "/notes All is new":          ". . . x x x            x x . . . . . .",
  "/why":                       ". t t t t t            t t . . . . . .",
  "release:patch":              ". . . x x x            . x . . - . - .",
  "release:minor":              ". . . x x x            . x . . - . - .",
  "release:major":              ". . . x x x            . x . . - . - .",
  "release:skip":               ". . . x x x            . x . . - . - .",
  "release:hold":               ". . . x x x            . x . . - . - .",
  "release:reviewed":           ". . . x x x            . . . . - . . .",
  "[x] publish":                ". . . . x x            . x . . . . . .",
  "[x] release":                ". . . . x x            . x . . . . . .",
  "[x] hold":                   ". . . x x x            . x . . . . . .",
  "[x] resume":                 ". . . x x x            . x . . . . . .",
  "[x] rollback":               ". . . x x x            . x . . . . . .",
  "issue /rollback v1.4.2":     ". . . x x x            . x . . . . . .",
  "issue /hold it burns":       ". . . . . .            . . . . . . . .",
};

/** Every kind of command has its rows above. */
const COMMANDS: Readonly<Record<Asked["kind"], readonly string[]>> = {
  release: ["/release", "/release now", "/release as 3.0.0", "/release now for ."],
  preview: ["/preview"],
  hold: ["/hold it burns"],
  resume: ["/resume"],
  rollback: ["/rollback v1.4.2 it burns"],
  "size-ok": ["/size-ok it is one piece"],
  notes: ["/notes All is new"],
  why: ["/why"],
};

/** And every box of the desk. */
const BOXES: Readonly<Record<DeskAct, string>> = {
  publish: "[x] publish",
  release: "[x] release",
  hold: "[x] hold",
  resume: "[x] resume",
  rollback: "[x] rollback",
};

const LEVELS: Partial<Record<Who, Permission>> = {
  outsider: "none",
  read: "read",
  triage: "triage",
  write: "write",
  maintain: "maintain",
  author: "read",
  interested: "maintain",
};

/** The highest where nothing else is said: it is not the permission that is missing. */
const permissionOf = (who: Who): Permission => LEVELS[who] ?? "admin";

const CAROL: Actor = { id: 14, login: "carol", isBot: false };
const OURS: Actor = { id: 99, login: "smallbatch[bot]", isBot: true };

function actorOf(who: Who): Actor {
  if (who === "bot") return { id: 15, login: "renovate[bot]", isBot: true };
  if (who === "ourselves") return OURS;
  if (who === "unproven") return { id: null, login: "ghost", isBot: false };
  return who === "author" || who === "interested" ? ALICE : CAROL;
}

/** Prepared, so that an order changes something; held, where there is something to resume. */
function lineFor(door: string): LineState {
  const hold = { by: "bob", reason: "", url: null, at: NOON - DAY };
  return batchOf([{ title: "feat!: all new", author: ALICE, mergedBy: BOB }], {
    policyFile: policyFile("version: 1\npreview: on\n"),
    memory: memory(door === "/resume" ? { hold } : {}),
  });
}

const OPEN: CommentSeen["pull"] = {
  author: ALICE,
  isOpen: true,
  isMerged: false,
  isFork: false,
  baseBranch: "main",
  headSha: sha(77),
  isProven: true,
};

const MARKERS = [
  "<!-- smallbatch:status v1 -->",
  "<!-- smallbatch:released line=42/main//stable tag=v9.9.9 -->",
  "<!-- smallbatch:desk state=eyJob2xkIjpudWxsfQ signature=AAAA -->",
];

/** A comment by them, or an issue, and what comes of its command. */
function say(door: string, who: Who, isIssue = false): string {
  const state = lineFor(door);
  const body = who === "forged" ? `${MARKERS.join("\n")}\n<!--\n${door}\n-->` : door;
  const comment: CommentSeen = {
    id: 7,
    issue: isIssue ? { isOpen: true } : null,
    url: "https://github.com/acme/widgets/pull/12#issuecomment-7",
    body,
    author: actorOf(who),
    createdAt: who === "stale" ? NOON - 2 * DAY : NOON - MINUTE,
    isEdited: who === "edited",
    isTaken: false,
    number: 12,
    status: null,
    pull: isIssue ? null : OPEN,
    previews: [],
  };
  const whole = judgeComment(comment, NOON);
  const question = questionOf(comment, { state, permission: permissionOf(who), now: NOON });
  const decisions = commandsOf(comment).map(
    (command) => whole ?? judgeCommand(question, command, () => "2.0.0"),
  );
  if (decisions.some(({ kind }) => kind === "why")) return "t";
  const isDone = decisions.some(
    (decision) =>
      memoryOf(decision) !== null ||
      decision.kind === "preview" ||
      decision.kind === "word" ||
      isLifted(decision, question),
  );
  return isDone ? "x" : ".";
}

/** Of a pull of Alice's that is too large. */
function isLifted(decision: Decision, question: Question): boolean {
  if (decision.kind !== "measure") return false;
  const pull = {
    headSha: sha(77),
    author: ALICE.login,
    verdict: "over",
    check: "required",
  } as const;
  const people = [
    { login: ALICE.login, permission: "maintain" },
    { login: CAROL.login, permission: "maintain" },
  ] as const;
  const asked = { pull: { ...pull, exempt: null }, people, narrowing: null };
  return judgeException(question, decision.reason, asked).kind === "lift";
}

/** What a plan comes to, without its words. */
function shapeOf({ reason, version, actions }: Plan): string {
  const kinds = actions.map(({ kind }) => kind);
  return JSON.stringify([reason.code, reason.state, version, kinds]);
}

/** A label that they set, and whether the line is planned in another way with it. */
function setLabel(name: string, who: Who): string {
  const isVouching = name === "release:reviewed";
  if (who === "edited" || (who === "stale" && !isVouching)) return "-";
  const isUnknown = who === "unproven" || who === "bot" || who === "ourselves";
  const set: Label = {
    // Of a name that only looks like ours.
    name: who === "forged" ? `${name} <!-- smallbatch -->` : name,
    setterPermission: isUnknown ? null : permissionOf(who),
    // Before the merge, commits may have followed.
    setBy: isUnknown
      ? null
      : { login: actorOf(who).login, at: who === "stale" ? NOON - DAY : NOON },
  };
  const policy = isVouching ? "gates: {agents: human-review}\n" : "";
  const message = isVouching ? "Co-authored-by: Claude <noreply@anthropic.com>" : "";
  const plannedWith = (labels: readonly Label[]): string => {
    const title = name === "release:minor" ? "fix: a" : "feat: a";
    const pull = { title, author: ALICE, mergedBy: BOB, message, labels };
    const state = batchOf([pull], { policyFile: policyFile(`version: 1\n${policy}`) });
    return shapeOf(plan(state, NOON));
  };
  const before = plannedWith([label("unrelated")]);
  return plannedWith([label("unrelated"), set]) === before ? "." : "x";
}

const DESK = "https://github.com/acme/widgets/issues/5";

/** A tick of theirs, as it is told and as it stands. */
function tickIt(act: DeskAct, who: Who): { found: TicksFound; state: LineState } {
  const state = lineFor(act === "resume" ? "/resume" : "/hold");
  const isOfBatch = act === "publish" || act === "release";
  const batch = { version: who === "stale" ? "1.9.0" : "2.0.0", sha: state.head?.sha ?? "" };
  const of = act === "rollback" ? { tag: "v1.4.2" } : {};
  const drawn = { act, line: keyOfLine(state.line), batch: isOfBatch ? batch : null, ...of };
  const source = formatBox(drawn, "**Do it**");
  // In other words, or for another line: nothing that we wrote.
  const own = who === "edited" ? source.replace("Do it", "Look") : source;
  const ticked = who === "forged" ? own.replace(drawn.line, "f".repeat(16)) : own;
  const { login, id, isBot } = actorOf(who);
  const actor = { login, id: id ?? 0, isBot };
  const edit = { id: 1, actor, isOurs: who === "ourselves", at: NOON, unticked: [] };
  const isTakenBack = who === "stale" && !isOfBatch;
  const edits: readonly DeskEdit[] =
    who === "unproven"
      ? []
      : [
          { ...edit, ticked: [ticked] },
          ...(isTakenBack ? [{ ...edit, id: 2, ticked: [], unticked: [ticked] }] : []),
        ];
  const now = isTakenBack ? ticked : tickBoxes(ticked, [ticked]);
  return { found: findTicks({ written: source, now, edits }), state };
}

/** What comes of it; of one that no delivery tells, by GitHub's list of edits, which is empty. */
function tick(act: DeskAct, who: Who): string {
  const { found, state } = tickIt(act, who);
  const doubts = found.doubts.map((box) => {
    return { box, isKnown: true, by: findTicker(box.source, [])?.by ?? null, at: NOON };
  });
  const isDone = [...found.ticks, ...doubts].some((each) => {
    if (judgeTicker(each) !== null || each.by === null) return false;
    const by = { login: each.by.login, permission: permissionOf(who) };
    const said = { url: DESK, at: each.at, isTaken: false };
    const decision = judgeTick({ state, by, said, pull: null, now: NOON }, each.box);
    return memoryOf(decision) !== null;
  });
  return isDone ? "x" : ".";
}

/** What a new issue asks for by its first line. */
const ISSUE = "issue ";

function attempt(door: string, who: Who): string {
  const [act] = Object.entries(BOXES).flatMap(([name, box]) =>
    box === door && isAct(name) ? [name] : [],
  );
  if (act !== undefined) return tick(act, who);
  if (door.startsWith(ISSUE)) return say(door.slice(ISSUE.length), who, true);
  return door.startsWith("/") ? say(door, who) : setLabel(door, who);
}

function isAct(name: string): name is DeskAct {
  return Object.hasOwn(BOXES, name);
}

describe("who may do what", () => {
  it("is said for every command", () => {
    const commands = Object.keys(TABLE).filter((door) => door.startsWith("/"));
    expect(commands).toEqual(Object.values(COMMANDS).flat());
    for (const [kind, doors] of Object.entries(COMMANDS)) {
      for (const door of doors) {
        expect(parseCommands(door)).toMatchObject([{ kind: "asked", asked: { kind } }]);
      }
    }
  });

  it("is said for every box", () => {
    const boxes = Object.keys(TABLE).filter((door) => door.startsWith("["));
    expect(boxes).toEqual(Object.values(BOXES));
  });

  it.each(Object.entries(TABLE))("%s", (door, row) => {
    const expected = row.split(/\s+/);
    expect(expected).toHaveLength(WHO.length);
    const found = WHO.map((who) => [who, attempt(door, who)]);
    expect(found).toEqual(WHO.map((who, at) => [who, expected[at]]));
  });
});
