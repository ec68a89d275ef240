import { html } from "hono/html";
import { CLOCK_NAMES, NUMBER_NAMES } from "./number-names.ts";
import type { Html } from "./page.ts";

/** In plain words, what every number is; `docs/clocks.md` has an example for each clock. */
export function renderHow(): Html {
  return html`<div class="prose">
      <h1>How the numbers are computed</h1>
      <p>
        Every number counts what is not done yet. Leaving it out would make a team that never
        releases look as fast as its best week. The time by which half is done is therefore
        estimated from finished and unfinished work together (Kaplan–Meier; where something else may
        come first, such as a pull that is closed without a merge, Aalen–Johansen).
      </p>
      <p>
        Bands and intervals are 95 %, with room for work of one person and one repository that
        resembles itself. Below five rows there is no quantile, only dots. What is not known is a
        dash, never a zero. There are no means, no grades, and no page about a person.
      </p>
      <p>
        A release is watched for 14 days after it became usable. Until then it is pending, not good.
        Trouble is tied to a release explicitly (a rollback, a label, a reverted commit) or inferred
        from its date; the truth lies between, so both are shown.
      </p>
      <p>
        Times run around the clock, in UTC. Comparisons are with as many days just before; they say
        that something changed, not why.
      </p>
      <h2>The clocks</h2>
    </div>
    ${renderNames(CLOCK_NAMES)}
    <div class="prose"><h2>What stands beside them</h2></div>
    ${renderNames(NUMBER_NAMES)}`;
}

function renderNames(names: typeof CLOCK_NAMES | typeof NUMBER_NAMES): Html {
  return html`<dl class="names">
    ${Object.values(names).map(
      ({ name, how }) =>
        html`<div>
          <dt>${name}</dt>
          <dd>${how}</dd>
        </div>`,
    )}
  </dl>`;
}
