import { html } from "hono/html";
import type { Finding } from "../core/clocks/findings.ts";
import { sentence } from "./clock-section.ts";
import { nameOf } from "./number-names.ts";
import type { Html } from "./page.ts";
import { numberPath } from "./paths.ts";
import type { Scope } from "./paths.ts";

const LOOKS: Readonly<Record<Finding["name"], "bad" | "warn" | "good">> = {
  "low-quality fast shipping": "bad",
  "high score, low output": "bad",
  "re-releasing": "warn",
  "ships quickly, does not learn": "bad",
  "shipping into silence": "warn",
  "healthy learning": "good",
  "growing quality debt": "warn",
};

const LABELS = { bad: "Contradiction", warn: "Look closer", good: "Healthy" };

/** What the clocks say only together stands first. */
export function renderFindings(scope: Scope, findings: readonly Finding[]): Html {
  const firing = findings.filter(({ state }) => state === "fires");
  const unknown = findings.filter(({ state }) => state === "unknown");
  const quiet = findings.filter(({ state }) => state === "quiet");
  return html`<section aria-labelledby="findings">
    <header>
      <h2 id="findings">Findings</h2>
      <p>What one clock alone would hide. A finding needs two of three weeks to agree.</p>
    </header>
    ${
      firing.length === 0
        ? html`<p>${describeNone(quiet.length, unknown.length)}</p>`
        : html`<ul class="findings">
            ${firing.map((finding) => renderFinding(scope, finding))}
          </ul>`
    }
    ${renderOthers(firing.length === 0 ? "" : "Looked for and not found", quiet)}
    ${renderOthers("Not enough data to tell", unknown)}
  </section>`;
}

function describeNone(quiet: number, unknown: number): string {
  if (quiet === 0 && unknown > 0) {
    return "Nothing can be told yet: a finding needs at least five rows on each side, four weeks apart.";
  }
  return "The clocks do not contradict each other.";
}

function renderFinding(scope: Scope, { name, sentence: says, numbers }: Finding): Html {
  const look = LOOKS[name];
  const links = numbers.map(
    (id, at) => html`${at === 0 ? "" : " · "}<a href="${numberPath(scope, id)}">${nameOf(id)}</a>`,
  );
  return html`<li class="${look}">
    <span class="label">${LABELS[look]}</span>
    <h3 class="name">${sentence(name)}</h3>
    <p>${sentence(says)}</p>
    <p class="small">${links}</p>
  </li>`;
}

function renderOthers(words: string, findings: readonly Finding[]): Html {
  if (words === "" || findings.length === 0) return html``;
  return html`<p class="quiet small">${words}: ${findings.map(({ name }) => name).join("; ")}.</p>`;
}
