import { createHash } from "node:crypto";
import { CHART_STYLE } from "./charts/chart-style.ts";

/**
 * The look of every page. One file, so that no page needs a style of its own: colours and sizes are
 * properties, and drawings only carry classes.
 */
const PAGE_STYLE = `
:root {
  color-scheme: light dark;
  --paper: #fcfcfb; --raised: #ffffff; --sunken: #f2f2ef; --rule: #dcdcd6; --faint: #eaeae5;
  --ink: #16191d; --quiet: #5b6067; --link: #14559c; --focus: #5b3fc4;
  --now: #14559c; --before: #7a7f86; --agents: #b0480a; --bad: #b3261e; --good: #1d6f42;
  --warn: #8a5a00; --band-now: #14559c2b; --band-before: #7a7f8626;
  --usual: #e4ece6; --slow: #f6ebcd; --late: #f7dcd2;
  --button: #1b1f24; --button-ink: #ffffff;
  --sans: Inter, "SF Pro Text", "Segoe UI Variable Text", "Segoe UI", system-ui, -apple-system, Roboto, "Helvetica Neue", "DejaVu Sans", sans-serif;
  --mono: ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #111315; --raised: #181b1e; --sunken: #1f2327; --rule: #353a40; --faint: #262a2f;
    --ink: #e8eaec; --quiet: #9ba2aa; --link: #82b8f2; --focus: #b9a6ff;
    --now: #82b8f2; --before: #8b929a; --agents: #f0a165; --bad: #f58a80; --good: #6cc892;
    --warn: #e2b65a; --band-now: #82b8f233; --band-before: #8b929a2b;
    --usual: #1c2a21; --slow: #332b17; --late: #3b211b;
    --button: #e8eaec; --button-ink: #111315;
  }
}
*, *::before, *::after { box-sizing: border-box; }
html { font-size: clamp(15px, 10px + .4vw, 21px); -webkit-text-size-adjust: 100%; text-size-adjust: 100%; scroll-padding: 1rem; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.5 var(--sans); font-variant-numeric: tabular-nums; font-feature-settings: "cv11", "ss03"; text-rendering: optimizeLegibility; }
a { color: var(--link); text-decoration-thickness: from-font; text-underline-offset: .16em; }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; border-radius: 2px; }
code, pre { font-family: var(--mono); font-size: .88em; }
/* Told from words also where no font of one width is installed. */
:not(pre) > code { background: var(--sunken); border-radius: 4px; padding: .1em .3em; box-decoration-break: clone; }
pre { overflow-x: auto; padding: .8rem 1rem; background: var(--sunken); border-radius: 6px; }
h1, h2, h3, p, dl, dd, ul, ol, figure, pre { margin: 0; }
h1 { font-size: 1.75rem; line-height: 1.2; letter-spacing: -.018em; font-weight: 650; text-wrap: balance; overflow-wrap: anywhere; }
h2 { font-size: 1.16rem; line-height: 1.3; letter-spacing: -.01em; font-weight: 650; text-wrap: balance; }
h3 { font-size: .95rem; line-height: 1.35; font-weight: 600; }
.quiet { color: var(--quiet); }
.small { font-size: .86rem; }

.skip { position: absolute; left: -100vw; top: 0; padding: .6rem 1rem; background: var(--button); color: var(--button-ink); z-index: 2; }
.skip:focus { left: .6rem; top: .6rem; }
.bar { border-bottom: 1px solid var(--rule); }
.bar > div, main, .foot { max-width: 96rem; margin: 0 auto; padding-left: clamp(1rem, 3vw, 2.5rem); padding-right: clamp(1rem, 3vw, 2.5rem); }
.bar > div { display: flex; flex-wrap: wrap; align-items: center; gap: .3rem 1.5rem; min-height: 3.2rem; padding-top: .5rem; padding-bottom: .5rem; }
.brand { display: inline-flex; align-items: center; gap: .5rem; font-weight: 650; letter-spacing: -.01em; color: inherit; text-decoration: none; }
.brand svg { width: 1.35rem; height: 1.35rem; }
.brand path { fill: none; stroke: currentColor; stroke-width: 1.7; stroke-linecap: round; }
.bar nav ul { display: flex; flex-wrap: wrap; gap: .2rem 1.1rem; padding: 0; list-style: none; }
.bar nav a { color: var(--quiet); text-decoration: none; padding: .3rem 0; display: inline-block; }
.bar nav a:hover { color: var(--ink); text-decoration: underline; }
.bar nav a[aria-current] { color: var(--ink); font-weight: 600; box-shadow: inset 0 -2px 0 var(--ink); }
.bar .end { margin-left: auto; display: flex; gap: .3rem 1rem; align-items: center; }

main { padding-top: clamp(1.2rem, 2.5vw, 2.4rem); padding-bottom: 4rem; display: grid; gap: clamp(1.8rem, 3vw, 3rem); grid-template-columns: minmax(0, 1fr); }
.head { display: grid; gap: .35rem; }
.crumbs { font-size: .9rem; color: var(--quiet); }
.crumbs a { color: inherit; }
.meta { display: flex; flex-wrap: wrap; align-items: center; gap: .2rem 1.2rem; color: var(--quiet); font-size: .92rem; padding: 0; list-style: none; }
.switch { display: inline-flex; border: 1px solid var(--rule); border-radius: 6px; }
.switch a { padding: .15rem .6rem; color: var(--quiet); text-decoration: none; }
.switch a + a { border-left: 1px solid var(--rule); }
.switch a:first-child { border-radius: 5px 0 0 5px; }
.switch a:last-child { border-radius: 0 5px 5px 0; }
.switch a:focus-visible { position: relative; }
.switch a[aria-current] { background: var(--sunken); color: var(--ink); font-weight: 600; }
section { display: grid; gap: 1rem; grid-template-columns: minmax(0, 1fr); }
section > header { display: grid; gap: .15rem; border-top: 2px solid var(--ink); padding-top: .6rem; }
section > header p { color: var(--quiet); max-width: 72ch; text-wrap: pretty; }
.prose { max-width: 68ch; display: grid; gap: .8rem; }
.prose h2 { margin-top: 1rem; }
.prose > h2:first-child { margin-top: 0; }
.effect ul, .effect ol, section > ul:not([class]) { padding-left: 1.3rem; display: grid; gap: .25rem; }

.findings { display: grid; gap: .8rem; padding: 0; list-style: none; grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); }
.findings li { background: var(--raised); border: 1px solid var(--rule); border-left: 4px solid var(--before); border-radius: 6px; padding: .8rem 1rem; display: grid; gap: .25rem; align-content: start; }
.findings .bad { border-left-color: var(--bad); }
.findings .good { border-left-color: var(--good); }
.findings .warn { border-left-color: var(--warn); }
.findings .label { font-size: .8rem; font-weight: 600; }
.findings .bad .label { color: var(--bad); }
.findings .good .label { color: var(--good); }
.findings .warn .label { color: var(--warn); }
.findings .name { font-weight: 650; font-size: 1.08rem; line-height: 1.35; }

.clock { display: grid; gap: .8rem 2.2rem; grid-template-columns: minmax(0, 1fr); padding: 1.2rem 0; border-top: 1px solid var(--rule); }
.clock:first-of-type { border-top: 0; padding-top: 0; }
.clock .say { display: grid; gap: .6rem; align-content: start; }
.eyebrow { font-size: .86rem; color: var(--quiet); font-weight: 600; }
.headline { font-size: 1.32rem; line-height: 1.32; letter-spacing: -.012em; font-weight: 550; text-wrap: pretty; }
.head > p { max-width: 80ch; text-wrap: pretty; }
.head .headline { font-weight: 400; }
.compare { color: var(--quiet); }
.compare a { white-space: nowrap; }
.facts { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: .2rem 0; font-size: .92rem; }
h3 + .facts { margin-top: .4rem; }
.facts dt { color: var(--quiet); }
.facts dd { text-align: right; padding-left: 1rem; font-weight: 550; }
.facts dt, .facts dd { border-top: 1px solid var(--faint); padding-top: .2rem; }
@media (min-width: 60rem) { .clock { grid-template-columns: minmax(17rem, 5fr) minmax(0, 8fr); } }

.tiles { display: grid; gap: 1px; background: var(--rule); border: 1px solid var(--rule); border-radius: 6px; overflow: hidden; grid-template-columns: repeat(auto-fit, minmax(min(100%, 13rem), 1fr)); }
.tiles > div { background: var(--raised); padding: .8rem 1rem; display: grid; gap: .1rem; align-content: start; }
.tiles dt { color: var(--quiet); font-size: .88rem; }
.tiles dd { margin: 0; }
.tiles .figure-of { font-size: 1.5rem; line-height: 1.2; letter-spacing: -.02em; font-weight: 600; }
.tiles .beside { color: var(--quiet); font-size: .86rem; }

/* Room for the ring around what has the focus. */
.scroll { container-type: inline-size; overflow-x: auto; padding: 6px; margin: -6px; }
table { border-collapse: collapse; width: 100%; font-size: .92rem; }
caption { text-align: left; color: var(--quiet); padding: 0 0 .4rem; }
/* Beside a table that is scrolled it stays where it is read. */
caption > span { display: block; position: sticky; left: 0; width: fit-content; max-width: min(68ch, 100vw - 3rem); }
th, td { text-align: left; padding: .36rem .9rem .36rem 0; border-bottom: 1px solid var(--faint); vertical-align: baseline; }
thead th { color: var(--quiet); font-weight: 550; border-bottom-color: var(--rule); vertical-align: bottom; text-wrap: balance; }
tbody th { font-weight: 550; }
td.number { text-align: right; white-space: nowrap; }
th.number { text-align: right; }
td.text { min-width: 7rem; overflow-wrap: anywhere; }
th.short + td.text { min-width: 11rem; }
td.text:last-child:not(:empty) { min-width: min(15rem, 60vw); }
tbody th.text { min-width: 6rem; }
.short { white-space: nowrap; }
time { white-space: nowrap; }
/* A number and words that begin with one are two things. */
th:where(.number:has(+ .text)), td:where(.number:has(+ .text)) { padding-right: 2rem; }
th:last-child, td:last-child { padding-right: 0; }
@container (max-width: 620px) {
  .narrow td.text:not(:empty) { min-width: 4.5rem; }
  .cards, .cards caption, .cards tbody { display: block; }
  .cards thead, .cards td:empty { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .cards tr { display: grid; gap: .25rem .9rem; grid-template-columns: repeat(auto-fit, minmax(6.5rem, 1fr)); align-items: start; padding: .6rem 0; border-bottom: 1px solid var(--rule); }
  .cards tbody th, .cards td { min-width: 0; padding: 0; border: 0; }
  .cards tbody th, .cards .text { grid-column: 1 / -1; }
  .cards tbody th { white-space: normal; overflow-wrap: anywhere; }
  .cards td.number, .cards td.short { text-align: left; white-space: normal; }
  .cards td::before { content: attr(data-name); content: attr(data-name) / ""; color: var(--quiet); font-size: .86em; }
  .cards .number::before, .cards .short::before { display: block; line-height: 1.25; }
  .cards .text::before { margin-right: .6em; }
}
.pages { display: flex; gap: 1rem; flex-wrap: wrap; padding: 0; list-style: none; }

.links { columns: 18rem; padding: 0; list-style: none; }
.links li { padding: .15rem 0; break-inside: avoid; }
.standings { padding: 0; list-style: none; }
.standings li { border-top: 1px solid var(--rule); padding: .6rem 0; overflow-wrap: anywhere; }
.standings li:last-child { border-bottom: 1px solid var(--rule); }
.standings li > span { display: block; color: var(--quiet); }
.names { display: grid; gap: 1px; grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); column-gap: 2.4rem; }
.names > div { border-top: 1px solid var(--faint); padding: .6rem 0; }
.names dt { font-weight: 600; }
.names dd { color: var(--quiet); }

.tag { font-family: var(--mono); font-size: .9em; overflow-wrap: anywhere; }
h1.tag { font-size: 1.6rem; }
h2.tag { font-size: 1.05rem; }
.state { display: inline-block; font-size: .82rem; font-weight: 600; border: 1px solid currentColor; border-radius: 99px; padding: 0 .55em; white-space: nowrap; }
.state.bad { color: var(--bad); } .state.good { color: var(--good); } .state.warn { color: var(--warn); } .state.plain { color: var(--quiet); }
.releases { display: grid; gap: 0; padding: 0; list-style: none; }
.releases > li { display: grid; gap: .5rem 2.2rem; padding: 1.2rem 0; border-top: 1px solid var(--rule); grid-template-columns: minmax(0, 1fr); }
.releases .when { display: grid; gap: .2rem; align-content: start; }
@media (min-width: 50rem) { .releases > li { grid-template-columns: 17rem minmax(0, 1fr); } }
.notes { display: grid; gap: .5rem; max-width: 72ch; overflow-wrap: anywhere; grid-template-columns: minmax(0, 1fr); }
.notes h1, .notes h2, .notes h3, .notes h4 { font-size: 1rem; font-weight: 650; letter-spacing: 0; }
.notes pre { white-space: pre-wrap; }
.notes td, .notes th { overflow-wrap: normal; }
.notes ul { list-style: disc; }
.notes ul, .notes ol { padding-left: 1.2rem; display: grid; gap: .2rem; }

form { display: grid; gap: .7rem; justify-items: start; }
button, .button { font: inherit; font-weight: 600; padding: .5rem 1rem; border: 1px solid var(--button); border-radius: 6px; background: var(--button); color: var(--button-ink); cursor: pointer; text-decoration: none; display: inline-block; }
button.plain, .button.plain { background: transparent; color: var(--ink); border-color: var(--rule); }
.bar form { display: flex; flex-wrap: wrap; align-items: center; gap: .3rem .8rem; }
.bar button { padding: .12rem .6rem; font-weight: 400; background: transparent; color: var(--ink); border-color: var(--quiet); }
button:hover, .button:hover { filter: brightness(1.15); }
label { display: grid; gap: .2rem; font-weight: 550; }
input[type="text"], select { font: inherit; font-weight: 400; color: inherit; background: var(--raised); border: 1px solid var(--quiet); border-radius: 6px; padding: .45rem .6rem; }
input[type="text"] { width: min(34rem, 100%); }
.act { justify-items: stretch; }
.act > p:has(label) { display: grid; gap: .2rem; }
.windows { display: flex; flex-wrap: wrap; align-items: end; gap: .7rem 1.2rem; }
.windows input[type="text"] { width: 9rem; }
.actions { display: flex; flex-wrap: wrap; align-items: center; gap: .6rem; }
.effect { background: var(--raised); border: 1px solid var(--rule); border-radius: 6px; padding: 1rem 1.2rem; max-width: 60rem; display: grid; gap: .6rem; }
.notice { border-left: 4px solid var(--warn); padding: .4rem 0 .4rem 1rem; max-width: 68ch; }
.teach { border: 1px dashed var(--rule); border-radius: 6px; padding: 1.1rem 1.3rem; max-width: 68ch; display: grid; gap: .5rem; }
.foot { border-top: 1px solid var(--rule); padding-top: 1rem; padding-bottom: 2rem; color: var(--quiet); font-size: .88rem; display: flex; flex-wrap: wrap; gap: .3rem 1.5rem; }
.foot a { color: inherit; }
`;

const PRINT_STYLE = `
@media (forced-colors: active) {
  .findings li, .tiles > div, .state { border-color: CanvasText; }
  .chart .line, .chart .mark, .chart .dot, .chart .release, .chart .whisker, .chart .column, .chart .fix, .chart .zone, .chart .band, .key .zone, .key .band { forced-color-adjust: none; }
  .zone, .chart .band, .key .band { stroke: GrayText; stroke-width: 1; }
  .column.explicit { fill: GrayText; }
  :root { --ink: CanvasText; --paper: Canvas; --quiet: CanvasText; --now: LinkText; --before: GrayText; --agents: Highlight; --bad: CanvasText; --rule: CanvasText; --faint: GrayText; --band-now: transparent; --band-before: transparent; --usual: transparent; --slow: transparent; --late: transparent; }
}
@media print {
  @page { size: A4; margin: 9mm; }
  :root { color-scheme: light; --paper: #fff; --raised: #fff; --sunken: #f2f2ef; --rule: #bbb; --faint: #ddd; --ink: #000; --quiet: #444; --link: #000; --now: #14559c; --before: #777; --agents: #b0480a; --bad: #b3261e; --good: #1d6f42; --warn: #8a5a00; --band-now: #14559c2b; --band-before: #7a7f8626; --usual: #e4ece6; --slow: #f6ebcd; --late: #f7dcd2; }
  html { font-size: 6.5pt; }
  .bar, .skip, .foot, .behind, .rows, .switch, .actions, .windows, .act, .screen, main:has(> .screen) #scatter { display: none !important; }
  main { gap: .7rem; padding: 0; max-width: none; }
  section { gap: .5rem; }
  main:has(> .screen) > section > header > p, .clock h3 + .unit { display: none; }
  section > div:has(> .clock) { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); grid-template-rows: auto auto; gap: .3rem 1.4rem; }
  .clock { grid-template-columns: minmax(0, 1fr); grid-row: span 2; grid-template-rows: subgrid; gap: .3rem; padding: 0; border-top: 0; break-inside: avoid; align-content: start; }
  .headline { font-size: 1.2rem; }
  .notice { max-width: none; }
  .findings li { padding: .5rem .9rem; }
  .figures { grid-template-columns: 1fr 1fr; gap: .6rem 1.6rem; }
  .figures .facts { grid-template-columns: minmax(0, 1fr) auto minmax(0, 1fr) auto; }
  .figures .facts dd:nth-of-type(odd) { padding-right: 1.4rem; }
  .figure { break-inside: avoid; }
  .drawing { max-height: 34mm; overflow: hidden; }
  .figure.weekly .chart { max-height: 26mm; }
  .chart, #strip .chart { max-height: 24mm; }
  a { text-decoration: none; }
}
`;

const STYLESHEET = `${PAGE_STYLE}${CHART_STYLE}${PRINT_STYLE}`;

const DIGEST = createHash("sha256").update(STYLESHEET).digest("hex").slice(0, 16);

/** Its address changes with its content: whoever has it never asks again. */
export const STYLE_ASSET = {
  path: `/assets/${DIGEST}.css`,
  type: "text/css; charset=utf-8",
  body: STYLESHEET,
};

const MARK = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><style>path{fill:none;stroke:#14559c;stroke-width:2.2;stroke-linecap:round}@media(prefers-color-scheme:dark){path{stroke:#82b8f2}}</style><path d="M12 3a9 9 0 1 1-8.5 6"/><path d="M12 7.5a4.5 4.5 0 1 1-4.2 2.9"/><path d="M12 12h.01"/></svg>`;

export const MARK_ASSET = {
  path: `/assets/${createHash("sha256").update(MARK).digest("hex").slice(0, 16)}.svg`,
  type: "image/svg+xml",
  body: MARK,
};
