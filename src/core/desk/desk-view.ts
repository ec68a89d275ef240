import type { PlanState } from "../action.ts";
import type { RiskTold } from "../rollback/foreseen-words.ts";
import type { Signal } from "../rollback/signals.ts";
import type { Instant, Line } from "../state.ts";
import type { Level } from "../version.ts";
import type { DeskAct, DeskBox } from "./desk-box.ts";
import type { DeskNotes } from "./desk-notes.ts";

/** What the release desk shows: everything is known before it is worded, nothing is read for it. */
export interface DeskView {
  readonly repository: { readonly id: number; readonly url: string };
  /** The default line first. */
  readonly lines: readonly DeskLine[];
  /** Lines that could not be looked at, and what is wrong with the policy file. */
  readonly problems: readonly DeskProblem[];
  /** Newest first. */
  readonly news: readonly DeskNews[];
  /** Absent: nothing is drafted here. */
  readonly notes?: DeskNotes | null;
}

export interface DeskLine {
  readonly line: Line;
  /** Empty for the default line. */
  readonly name: string;
  readonly state: PlanState;
  /** As in the plan's reason. */
  readonly code: string;
  /** One plain sentence without a full stop. Holds names that others gave. */
  readonly text: string;
  /** Markdown; null: the sentence says it all. */
  readonly detail: string | null;
  /** When what waits began to wait; null: nothing does. */
  readonly since: Instant | null;
  /** Of the next release; null: there is none to be made. */
  readonly tag: string | null;
  /** Oldest first; those that take each other back are left out. */
  readonly units: readonly DeskUnit[];
  /** Page that compares the base with the head; null without a base. */
  readonly compareUrl: string | null;
  /** Newest first. */
  readonly releases: readonly DeskRelease[];
  readonly boxes: readonly DeskOffer[];
  /** Releases that are being taken back, with the issues that tell of it. Absent: none is. */
  readonly rollbacks?: readonly { readonly tag: string; readonly url: string }[];
}

interface DeskUnit {
  /** `#12` or a short SHA. */
  readonly name: string;
  /** Untrusted text. */
  readonly title: string;
  readonly level: Level;
  /** Login. */
  readonly author: string;
  /** Page of the commit that brought it. */
  readonly url: string;
}

export interface DeskRelease {
  readonly tag: string;
  readonly url: string;
  readonly publishedAt: Instant;
  /** Null: nobody knows, as of one that a person made. */
  readonly pulls: number | null;
  readonly level: Level | null;
  /** Checks that were green before the cut; null: nobody knows. */
  readonly checks: number | null;
  readonly isOurs: boolean;
  readonly fate: ReleaseFate;
  /** Tag of a release that it holds and that was rolled back. Absent: it holds none. */
  readonly affectedBy?: string;
  /** What taking it back would do. Absent: nobody offers it. */
  readonly rollback?: RollbackOffer;
  /** What speaks against it. Absent: nothing is known. */
  readonly signals?: readonly DeskSignal[];
}

/** What speaks against a release, where people are asked whether to take it back. */
export interface DeskSignal {
  readonly kind: "publish" | Signal["kind"];
  /** `#41`, or the name of a check or an environment, untrusted. */
  readonly name: string;
  /** Page of the issue or pull; null: it has none. */
  readonly url: string | null;
}

interface RollbackOffer {
  readonly box: DeskOffer;
  /** `sayForeseen`: Markdown of one line. */
  readonly effect: string;
  readonly risk: RiskTold;
  /** Page that opens an issue which asks for it: `rollbackLink`. */
  readonly issueUrl: string;
}

/** Can people use it, as far as checks tell? */
export interface ReleaseFate {
  readonly kind: "usable" | "published" | "publishing" | "failed" | "overdue" | "unknown";
  /** Checks that the release started, those that decide. */
  readonly names: readonly string[];
}

/** A box with what it says. */
export interface DeskOffer extends DeskBox {
  /** Who may, as in `needs maintain`. */
  readonly least: "write" | "maintain";
}

export interface DeskProblem {
  /** Names the line; empty: the whole repository. */
  readonly where: string;
  /** Untrusted text. */
  readonly what: string;
  /** What to do. Markdown of ours. */
  readonly fix: string;
}

/** What changed lately, and who asked. */
export interface DeskNews {
  readonly at: Instant;
  /** Login; null: nobody knows. */
  readonly by: string | null;
  /** What was asked, untrusted; `url`: where, null for a box of the desk. */
  readonly said: string;
  readonly url: string | null;
  /** Why it was not done. Markdown of ours; null: it was taken. */
  readonly refused: string | null;
}

export const LEAST: Readonly<Record<DeskAct, DeskOffer["least"]>> = {
  publish: "maintain",
  release: "maintain",
  hold: "write",
  resume: "write",
  rollback: "write",
};
