import { z } from "zod";
import type { Instant, Permission } from "../state.ts";

/**
 * Boxes of a rollback issue. Each is drawn for one release and means the same for ever, so a tick is
 * judged by what the issue offers when it is read, and not by the text that it was made in.
 */

/** `reland`: prepare what was taken back anew. `agent`: post the policy's words for an agent. */
export type RollbackAct = "reland" | "agent";

/** In the order of the issue. */
export const ROLLBACK_ACTS: readonly RollbackAct[] = ["reland", "agent"];

export interface RollbackBox {
  readonly act: RollbackAct;
  /** Tag of the release that is taken back. */
  readonly tag: string;
}

/** What one delivery says of boxes in a rollback issue of ours. */
export interface RollbackBoxEdit {
  /** In the order in which the deliveries came. */
  readonly id: number;
  /** Of the issue. */
  readonly number: number;
  readonly actor: { readonly id: number; readonly login: string; readonly isBot: boolean };
  /** GitHub's clock, whole seconds. */
  readonly at: Instant;
  readonly ticked: readonly RollbackBox[];
  readonly unticked: readonly RollbackBox[];
}

/** Who ticked a box last, and what was made of it. */
export interface BoxAsked {
  readonly by: { readonly id: number; readonly login: string };
  /** As GitHub said when it was read. */
  readonly permission: Permission;
  readonly at: Instant;
  /** Markdown: why it is not done. Null: it is to be done, or is. */
  readonly refused: string | null;
}

/** By box; absent: nobody ticked it. */
export type BoxesAsked = Readonly<Partial<Record<RollbackAct, BoxAsked>>>;

const boxAskedSchema = z.object({
  by: z.object({ id: z.number().int(), login: z.string() }),
  permission: z.enum(["none", "read", "triage", "write", "maintain", "admin"]),
  at: z.number().int(),
  refused: z.string().nullable(),
});

/** As the hidden copy of a rollback has it. */
export const boxesAskedSchema = z.object({
  reland: boxAskedSchema.exactOptional(),
  agent: boxAskedSchema.exactOptional(),
});

const BOX =
  /^- \[([ xX])\] <!-- smallbatch:rollback-box v1 (reland|agent) tag=([\w.!~*'()%-]{1,600}) --> .{1,400}$/;

/** `text` is Markdown of one line. */
export function formatRollbackBox({ act, tag }: RollbackBox, text: string): string {
  return `- [ ] <!-- smallbatch:rollback-box v1 ${act} tag=${encodeURIComponent(tag)} --> ${text}`;
}

interface BoxSeen extends RollbackBox {
  readonly isTicked: boolean;
}

/** The boxes of a body, in order. Editors in browsers write `\r\n`. */
export function readRollbackBoxes(body: string): readonly BoxSeen[] {
  return body.split("\n").flatMap((line): BoxSeen[] => {
    const [, mark = "", act, written = ""] = BOX.exec(line.trimEnd()) ?? [];
    const tag = decode(written);
    return isAct(act) && tag !== null ? [{ act, tag, isTicked: mark !== " " }] : [];
  });
}

function isAct(act: string | undefined): act is RollbackAct {
  return ROLLBACK_ACTS.some((known) => known === act);
}

/** Null: nobody of ours wrote it. */
function decode(written: string): string | null {
  try {
    return decodeURIComponent(written);
  } catch {
    return null;
  }
}

/** Which boxes did this change of a body tick, and of which did it take the tick? */
export function compareRollbackBoxes(
  before: string,
  after: string,
): Pick<RollbackBoxEdit, "ticked" | "unticked"> {
  const [was, is] = [listTicked(before), listTicked(after)];
  return { ticked: without(is, was), unticked: without(was, is) };
}

function listTicked(body: string): readonly RollbackBox[] {
  const ticked = readRollbackBoxes(body).filter(({ isTicked }) => isTicked);
  return ticked.map(({ act, tag }) => ({ act, tag }));
}

function without(boxes: readonly RollbackBox[], others: readonly RollbackBox[]) {
  return boxes.filter((box) => !others.some((other) => isSame(box, other)));
}

function isSame(left: RollbackBox, right: RollbackBox): boolean {
  return left.act === right.act && left.tag === right.tag;
}

/**
 * Who asks for what a box says, by what people did to it: the last one who ticked it. Null: nobody,
 * or it was taken back. Edits of bots do nothing.
 */
export function findAsker(
  box: RollbackBox,
  edits: readonly RollbackBoxEdit[],
): Pick<RollbackBoxEdit, "actor" | "at"> | null {
  const last = edits
    .filter(({ actor, ticked, unticked }) => {
      return !actor.isBot && [...ticked, ...unticked].some((other) => isSame(box, other));
    })
    .toSorted((left, right) => left.at - right.at || left.id - right.id)
    .at(-1);
  if (last === undefined || !last.ticked.some((other) => isSame(box, other))) return null;
  return { actor: last.actor, at: last.at };
}
