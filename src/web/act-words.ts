import { html } from "hono/html";
import type { ActForeseen } from "../core/acts/foresee-act.ts";
import type { PageAct, PageActKind } from "../core/acts/page-act.ts";
import type { DeskLine } from "../core/desk/desk-view.ts";
import { sayForeseen } from "../core/rollback/foreseen-words.ts";
import { count } from "./charts/figure.ts";
import { renderTable } from "./charts/table.ts";
import { renderTime } from "./charts/times.ts";
import { renderNotes } from "./markdown.ts";
import type { Html } from "./page.ts";

/** What each act is called, and what it does, before anybody confirms it. */

const UNITS_MAX = 50;

/** What each is called where nothing more is known. */
export const NAMES: Readonly<Record<PageActKind, string>> = {
  publish: "Publish the release",
  release: "Release now",
  hold: "Hold releases",
  resume: "Resume releases",
  rollback: "Roll back the release",
};

/** What the button says. */
export function nameAct(act: PageAct, { lines }: Pick<ActForeseen, "lines">): string {
  switch (act.kind) {
    case "publish":
      return `Publish ${tagOf(lines)}`;
    case "release":
      return `Release ${tagOf(lines)} now`;
    case "hold":
      return "Hold releases";
    case "resume":
      return "Resume releases";
    case "rollback":
      return `Roll back ${act.tag}`;
  }
}

function tagOf([line]: readonly DeskLine[]): string {
  return line?.tag ?? "the next release";
}

/** In one sentence, to be held against later: what somebody was shown. */
export function sumUp(act: PageAct, seen: ActForeseen): string {
  const next = seen.lines.map(({ tag, units }) => {
    return `${tag ?? "a patch"} with ${count(units.length, "change")}${units.length === 0 ? "" : ` (${units.map(({ name }) => name).join(", ")})`}`;
  });
  const held = seen.hold === null ? "nobody holds releases" : `${seen.hold.by} holds releases`;
  if (act.kind === "hold") return held;
  if (act.kind === "rollback") {
    return seen.rollback === null ? held : `${plain(sayForeseen(seen.rollback.foreseen))}; ${held}`;
  }
  return `${next.join("; ")}; ${held}`;
}

function plain(markdown: string): string {
  return markdown.replaceAll(/[\\`*]/g, "");
}

export function renderEffect(act: PageAct, seen: ActForeseen): Html {
  switch (act.kind) {
    case "publish":
    case "release":
      return renderRelease(act.kind, seen);
    case "hold":
      return renderHold(seen);
    case "resume":
      return renderResume(seen);
    case "rollback":
      return renderRollback(act.tag, seen);
  }
}

function renderRelease(kind: "publish" | "release", { lines }: ActForeseen): Html {
  const [line] = lines;
  if (line === undefined) return html``;
  const name = line.tag ?? "the next patch release";
  return html`<ul>
      <li>
        ${name} is tagged and published as soon as its checks are green: with
        ${count(line.units.length, "change")}${line.name === "" ? "" : ` of ${line.name}`}.
      </li>
      ${kind === "release" ? html`<li>It does not wait for a window, a schedule or the bucket.</li>` : ""}
      <li>Red checks, gates, freezes and holds keep it: those are settled first.</li>
      <li>
        What is merged until then joins, unless it makes another version of it: then it is prepared
        again, and waits for a person again.
      </li>
      <li>Whoever installs or watches releases is told by GitHub, as of every release.</li>
    </ul>
    ${renderUnits(line)}`;
}

function renderUnits({ units, compareUrl, name }: DeskLine): Html {
  if (units.length === 0) return html`<p>There are no changes in it.</p>`;
  const left = units.length - UNITS_MAX;
  return html`${renderTable({
    caption: `What it would bring${name === "" ? "" : ` of ${name}`}, in the order of the merges.`,
    columns: [
      { name: "Change", isShort: true },
      { name: "Title" },
      { name: "Level", isShort: true },
      { name: "Author", isShort: true },
    ],
    rows: units
      .slice(0, UNITS_MAX)
      .map((unit) => [
        html`<a href="${unit.url}">${unit.name}</a>`,
        unit.title,
        unit.level,
        unit.author,
      ]),
    csv: null,
  })}
  ${left > 0 ? html`<p>${left} more are not shown.</p>` : ""}
  ${compareUrl === null ? "" : html`<p><a href="${compareUrl}">All of it as a comparison on GitHub</a></p>`}`;
}

function renderHold({ lines, hold }: ActForeseen): Html {
  return html`<ul>
      <li>
        Nothing more is released of this branch until somebody resumes: neither by itself nor what
        was ordered before. Merging goes on, and what is merged waits.
      </li>
      <li>A release that has its tag already is brought to its end.</li>
      ${hold === null ? "" : html`<li>It takes the place of what ${hold.by} holds now.</li>`}
      <li>It does not end by itself. Everybody with write can resume.</li>
    </ul>
    <h3>What it stops</h3>
    ${renderNext(lines)}`;
}

function renderResume({ lines, hold }: ActForeseen): Html {
  return html`<ul>
      ${
        hold === null
          ? html`<li>The brake lets go: releases go out by themselves again.</li>`
          : html`<li>
              What ${hold.by} holds since ${renderTime(hold.at)}
              ${hold.reason === "" ? "without a reason" : html`(“${hold.reason}”)`} ends.
            </li>`
      }
      <li>
        What waits goes out by the usual rules, at once where nothing else is in the way. An order
        that is not older than a week is obeyed then.
      </li>
    </ul>
    <h3>What it lets go</h3>
    ${renderNext(lines)}`;
}

function renderNext(lines: readonly DeskLine[]): Html {
  return html`<ul>
    ${lines.map(
      ({ name, tag, units, text }) =>
        html`<li>
          ${name === "" ? "" : html`<strong>${name}</strong>: `}${
            units.length === 0
              ? "nothing waits."
              : html`${tag ?? "the next release"} with ${count(units.length, "change")}:
                ${units.slice(0, 10).map((unit, at) => html`${at === 0 ? "" : ", "}<a href="${unit.url}">${unit.name}</a>`)}${
                  units.length > 10 ? ` and ${units.length - 10} more` : ""
                }.`
          }
          <span class="quiet">Now: ${text}.</span>
        </li>`,
    )}
  </ul>`;
}

function renderRollback(tag: string, { rollback, hold }: ActForeseen): Html {
  if (rollback === null) return html``;
  const { foreseen, risk } = rollback;
  const { good, movesLatest, affected } = foreseen;
  return html`${renderNotes(`${sayForeseen(foreseen)}.`, "foreseen")}
    <ol>
      <li>Nothing more is released of its line until the mended release is out.</li>
      <li>
        ${
          good === null
            ? "No good release before it is known: Latest stays where it is."
            : movesLatest
              ? html`${good.tag} becomes Latest: whoever downloads or installs “latest” gets it from
                then on.`
              : "Latest stands elsewhere, and stays there."
        }
      </li>
      <li>
        ${tag} becomes a prerelease, with a notice above its notes.
        ${affected.length === 0 ? "" : html`${affected.map(({ tag: name }) => name).join(", ")}, which hold it, too, get a notice.`}
      </li>
      <li>
        A pull request takes back exactly what it brought, and is merged when it is green, unless
        the policy leaves that to people. A new release carries it.
      </li>
    </ol>
    <p>
      No tag and no release is moved or deleted. Whoever installed ${tag} keeps it: the rollback
      issue has commands that lead them back.
      ${hold === null ? "" : html`${hold.by} holds releases already, and that stays.`}
    </p>
    <h3>The risk${risk.summary === null ? "" : html`: ${risk.summary}`}</h3>
    ${renderNotes(risk.text, "risk")}`;
}
