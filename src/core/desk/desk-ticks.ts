import type { Instant } from "../state.ts";
import { listTicked, readBoxes } from "./desk-box.ts";
import type { BoxSeen } from "./desk-box.ts";

/**
 * Who ticked which box. A delivery proves who; our own last text says which boxes there were; the
 * text as it stands says whether the tick holds. None of them alone is believed.
 */

/** What one delivery says of the desk's text. */
export interface DeskEdit {
  /** In the order in which the deliveries came. */
  readonly id: number;
  readonly actor: { readonly id: number; readonly login: string; readonly isBot: boolean };
  /** It is what we wrote ourselves. */
  readonly isOurs: boolean;
  /** GitHub's clock, whole seconds. */
  readonly at: Instant;
  /** Lines of boxes that it ticked, and whose tick it took away, without their ticks. */
  readonly ticked: readonly string[];
  readonly unticked: readonly string[];
}

export interface Tick {
  readonly box: BoxSeen;
  /** It stands in our own last text. Otherwise it is an old one, or somebody's invention. */
  readonly isKnown: boolean;
  /** Null: GitHub does not tell. */
  readonly by: DeskEdit["actor"] | null;
  readonly at: Instant;
}

export interface TicksFound {
  /** Ticks that hold, each with who made it, in order of time. */
  readonly ticks: readonly Tick[];
  /** Boxes that are ticked, and no delivery says by whom. */
  readonly doubts: readonly BoxSeen[];
  /**
   * Ticks that do not stand there any more and that nobody took away, as far as deliveries tell: we
   * may have written over them, and the delivery of that is on its way.
   */
  readonly awaited: readonly Tick[];
}

/** Which boxes did this change of a body tick, and of which did it take the tick? */
export function compareTicks(before: string, after: string): Pick<DeskEdit, "ticked" | "unticked"> {
  const [was, is] = [listTicked(before), listTicked(after)];
  return {
    ticked: is.filter((source) => !was.includes(source)),
    unticked: was.filter((source) => !is.includes(source)),
  };
}

/**
 * `written`: the text as we wrote it last, without ticks; null: nobody knows, then no box is ours.
 * `now`: as GitHub shows it.
 */
export function findTicks({
  written,
  now,
  edits,
}: {
  readonly written: string | null;
  readonly now: string;
  readonly edits: readonly DeskEdit[];
}): TicksFound {
  const boxes = new Map(readBoxes(written ?? "").map((box) => [box.source, box]));
  const standing = new Set(listTicked(now));
  const sorted = edits.toSorted((left, right) => left.at - right.at || left.id - right.id);
  const ticks: Tick[] = [];
  const awaited: Tick[] = [];
  const explained = new Set<string>();
  for (const [place, { ticked, at, actor, isOurs }] of sorted.entries()) {
    if (isOurs) continue;
    for (const source of ticked) {
      const isKnown = boxes.has(source);
      const [box] = readBoxes(source);
      if (box === undefined) continue;
      const fate = fateOf(source, sorted, { place, at });
      if (standing.has(source)) explained.add(source);
      // The last one who ticked it asks for it.
      if (fate === "ticked-again" || fate === "taken-back") continue;
      const isTrue = standing.has(source) || fate === "overwritten";
      (isTrue ? ticks : awaited).push({ box, isKnown, by: actor, at });
    }
  }
  const doubts = [...boxes.values()].filter(
    ({ source }) => standing.has(source) && !explained.has(source),
  );
  return { ticks, doubts, awaited };
}

/** What deliveries say became of a tick. Those of the same second may have come in any order. */
function fateOf(
  source: string,
  sorted: readonly DeskEdit[],
  { place, at }: { readonly place: number; readonly at: Instant },
): "ticked-again" | "taken-back" | "overwritten" | "stands" {
  const later = sorted.slice(place + 1);
  if (later.some((edit) => !edit.isOurs && edit.ticked.includes(source))) return "ticked-again";
  if (later.some((edit) => !edit.isOurs && edit.unticked.includes(source))) return "taken-back";
  const isOver = sorted.some(
    (edit) => edit.isOurs && edit.at >= at && edit.unticked.includes(source),
  );
  return isOver ? "overwritten" : "stands";
}

/** An earlier text of the desk, with who made it. */
export interface DeskRevision {
  /** Null: a bot, or an account that is gone. */
  readonly editor: DeskEdit["actor"] | null;
  readonly at: Instant;
  /** Null: GitHub does not show it. */
  readonly body: string | null;
}

/**
 * Who ticked a box and when, by GitHub's list of edits, newest first: whoever made the oldest text
 * of those in a row in which it is ticked. Null: it cannot be told.
 */
export function findTicker(
  source: string,
  revisions: readonly DeskRevision[],
): { readonly by: DeskEdit["actor"]; readonly at: Instant } | null {
  let ticker: ReturnType<typeof findTicker> = null;
  for (const { editor, at, body } of revisions) {
    if (body === null) return null;
    if (!listTicked(body).includes(source)) return ticker;
    ticker = editor === null ? null : { by: editor, at };
  }
  // The list was cut while it was ticked.
  return null;
}
