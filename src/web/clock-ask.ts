import { createHash } from "node:crypto";
import type { Window } from "../core/clocks/known.ts";
import type { BadgeNumber } from "./badge-number.ts";
import type { ComparedAsk } from "./compared-windows.ts";
import type { AnyNumber } from "./number-names.ts";
import { installationPath, repositoryPath } from "./paths.ts";
import type { Scope } from "./paths.ts";
import type { SeenRepository } from "./viewer.ts";

/**
 * What of a page is the same for all who see the same repositories, as plain data: it is computed
 * elsewhere, and what was computed is kept. Nothing of who looks is in it.
 */
export interface ClockAsk {
  readonly installationId: number;
  /** By id; whoever asks sees all of them. */
  readonly repositories: readonly AskedRepository[];
  /** The clocks of that repository; false: of an installation, or what somebody sees of it. */
  readonly isOne: boolean;
  readonly days: number;
  /** GitHub's pages: `https://github.com`. */
  readonly serverUrl: string;
  readonly show: Show;
}

export type AskedRepository = Pick<
  SeenRepository,
  "id" | "owner" | "name" | "isPrivate" | "defaultBranch"
>;

/**
 * The clocks, the rows of one number as a page or as CSV, or two windows against each other; the
 * same for the API ("report", "list", "compared"), and what a badge says.
 */
type Show =
  | { readonly kind: "page" | "report" }
  | {
      readonly kind: "number" | "rows" | "list";
      readonly number: AnyNumber;
      /** Absent: the days that end now. */
      readonly window?: Window;
    }
  | { readonly kind: "comparison"; readonly asked: ComparedAsk }
  | { readonly kind: "compared"; readonly before: Window; readonly now: Window }
  | { readonly kind: "badge"; readonly badge: BadgeNumber };

/** Takes from repositories what an ask may have, in an order that does not depend on who looks. */
export function askedOf(repositories: readonly AskedRepository[]): readonly AskedRepository[] {
  return repositories
    .map(({ id, owner, name, isPrivate, defaultBranch }) => {
      return { id, owner, name, isPrivate, defaultBranch };
    })
    .toSorted((left, right) => left.id - right.id);
}

/** Windows that a page offers, in days: four weeks first, where every weekday counts as often. */
export const WINDOWS_DAYS: readonly number[] = [28, 60, 90];

const USUAL_DAYS = Number(WINDOWS_DAYS[0]);

/** Days that an address asks for; the first of the windows for everything else. */
export function daysOf(text: string | undefined): number {
  return WINDOWS_DAYS.find((days) => String(days) === text) ?? USUAL_DAYS;
}

export function scopeOf(ask: Pick<ClockAsk, "installationId" | "repositories" | "isOne" | "days">) {
  const { installationId, repositories, isOne, days } = ask;
  const { owner, name } = repositories[0] ?? { owner: "", name: "" };
  const query = days === USUAL_DAYS ? "" : `?days=${days}`;
  const scope: Scope = isOne
    ? { name: `${owner}/${name}`, path: repositoryPath({ owner, name }), query }
    : { name: owner, path: installationPath(installationId), query };
  return scope;
}

/** Nobody can make two asks that have the same. */
export function keyOfAsk(ask: ClockAsk): string {
  const { installationId, repositories, isOne, days, serverUrl, show } = ask;
  const named = repositories.map(({ id, owner, name, isPrivate, defaultBranch }) => {
    return [id, owner, name, isPrivate, defaultBranch];
  });
  const said = [installationId, named, isOne, days, serverUrl, show.kind, shownOf(show)];
  return createHash("sha256").update(JSON.stringify(said)).digest("base64url");
}

function shownOf(show: Show) {
  switch (show.kind) {
    case "page":
    case "report":
      return null;
    case "number":
    case "rows":
    case "list":
      return [show.number, show.window?.from ?? null, show.window?.to ?? null];
    case "badge":
      return show.badge;
    case "compared":
      return endsOf(show);
    case "comparison": {
      const { earliest, ended, isWhereRecordsBegin } = show.asked.limits;
      return [endsOf(show.asked), earliest, ended, isWhereRecordsBegin, show.asked.startedAt];
    }
  }
}

function endsOf({ before, now }: Readonly<Record<"before" | "now", Window>>): readonly number[] {
  return [before.from, before.to, now.from, now.to];
}
