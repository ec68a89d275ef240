/**
 * The stylesheet of every page, inline because the pages load nothing. Colours follow the reader's
 * light or dark setting; one column from 390 px on.
 */
export const STYLESHEET = `
:root {
  color-scheme: light dark;
  --ground: #f5f6f8; --surface: #ffffff; --sunken: #eef0f3; --line: #d7dbe1; --line-soft: #e7eaee;
  --text: #1c2128; --quiet: #5a6472; --link: #0b5cad; --accent: #5b4bc4;
  --good: #14793c; --good-soft: #dcf3e4; --bad: #b62324; --bad-soft: #fbe3e2;
  --wait: #8a5a00; --wait-soft: #fbeecb; --done: #6b3fb5; --done-soft: #ece3fa;
  --mark-text: #ffffff;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #101317; --surface: #171b21; --sunken: #1f252d; --line: #333b46; --line-soft: #272e37;
    --text: #e3e7ec; --quiet: #98a2b0; --link: #79b4f5; --accent: #a99cf5;
    --good: #4cc274; --good-soft: #14311f; --bad: #f47c76; --bad-soft: #3b1a1a;
    --wait: #e0b04a; --wait-soft: #352a0f; --done: #b794f0; --done-soft: #2a1f3d;
    --mark-text: #101317;
  }
}
*, *::before, *::after { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0; background: var(--ground); color: var(--text); min-height: 100vh;
  display: flex; flex-direction: column; overflow-wrap: anywhere;
  font: 15px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
}
a { color: var(--link); text-decoration: none; }
a:hover { text-decoration: underline; }
a:focus-visible, summary:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 3px; }
code, pre, .sha { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; }
.sha { font-size: 13px; }
.wide { width: 100%; max-width: 1040px; margin: 0 auto; padding: 0 16px; }
.quiet { color: var(--quiet); }
.small { font-size: 13px; }

.top { background: var(--surface); border-bottom: 1px solid var(--line); }
.top .wide { padding-top: 14px; }
.path { font-size: 18px; margin: 0 0 10px; font-weight: 400; }
.path a:last-of-type { font-weight: 600; }
.path .home { color: var(--quiet); }
.slash { color: var(--quiet); margin: 0 3px; }
.tabs { display: flex; gap: 4px; overflow-x: auto; margin: 0 -4px; }
.tabs a {
  color: var(--quiet); padding: 8px 10px; border-bottom: 2px solid transparent; white-space: nowrap;
}
.tabs a:hover { color: var(--text); text-decoration: none; border-color: var(--line); }
.tabs a[aria-current] { color: var(--text); font-weight: 600; border-color: var(--accent); }
.tabs .count {
  font-size: 12px; font-weight: 400; background: var(--sunken); color: var(--quiet);
  border-radius: 9px; padding: 1px 7px; margin-left: 5px;
}
main.wide { flex: 1; padding-top: 24px; padding-bottom: 40px; }
h1 { font-size: 24px; line-height: 1.3; font-weight: 600; margin: 0 0 6px; }
h1 .quiet { font-weight: 400; }
h2 { font-size: 17px; line-height: 1.35; font-weight: 600; margin: 28px 0 10px; }
h2:first-child { margin-top: 0; }
h1 + .box, h1 + article, h1 + .filter { margin-top: 14px; }
article + article > h2:first-child { margin-top: 30px; }
.byline { margin: 0 0 18px; color: var(--quiet); }
.foot { border-top: 1px solid var(--line); color: var(--quiet); font-size: 13px; padding: 14px 0 22px; }
.foot p { margin: 0; }

.box { background: var(--surface); border: 1px solid var(--line); border-radius: 8px; margin: 0 0 16px; }
.box > .row, .box > .head, .box > .inside { padding: 11px 16px; }
.box > .head {
  background: var(--sunken); border-bottom: 1px solid var(--line-soft); border-radius: 7px 7px 0 0;
  color: var(--quiet); font-size: 14px;
}
.box > .head strong, .box > .head a.who { color: var(--text); font-weight: 600; }
.box > .row + .row { border-top: 1px solid var(--line-soft); }
.row { display: flex; gap: 10px; align-items: flex-start; }
.row > .grow { flex: 1; min-width: 0; }
.row > .end { flex: none; text-align: right; }
.row .title { font-weight: 600; color: var(--text); }
.row .title:hover { color: var(--link); }
.row .under { color: var(--quiet); font-size: 13px; }
.row:target { background: var(--wait-soft); }
.box:target { border-color: var(--accent); box-shadow: 0 0 0 1px var(--accent); }
.empty { padding: 28px 16px; text-align: center; color: var(--quiet); }
.split { display: grid; gap: 0 28px; grid-template-columns: minmax(0, 1fr); }
@media (min-width: 860px) { .split { grid-template-columns: minmax(0, 1fr) 280px; } }
.facts { list-style: none; margin: 0 0 20px; padding: 0; }
.facts li { display: flex; gap: 12px; justify-content: space-between; padding: 7px 0; border-top: 1px solid var(--line-soft); }
.facts li:first-child { border-top: 0; }

.mark { display: inline-block; vertical-align: -3px; width: 16px; height: 16px; flex: none; }
.row > .mark { margin-top: 4px; }
.mark.good, .mark.open { color: var(--good); } .mark.bad { color: var(--bad); }
.mark.wait { color: var(--wait); } .mark.idle { color: var(--quiet); } .mark.done { color: var(--done); }
.badge {
  display: inline-block; font-size: 12px; line-height: 1.5; font-weight: 600; border-radius: 10px; padding: 1px 9px;
  white-space: nowrap; vertical-align: 2px; background: var(--sunken); color: var(--quiet);
}
h1 .badge { font-size: 13px; vertical-align: 4px; }
.badge.good { background: var(--good-soft); color: var(--good); }
.badge.bad { background: var(--bad-soft); color: var(--bad); }
.badge.wait { background: var(--wait-soft); color: var(--wait); }
.badge.done { background: var(--done-soft); color: var(--done); }
.label {
  display: inline-block; font-size: 12px; line-height: 1.5; border-radius: 10px; padding: 0 9px 0 7px;
  border: 1px solid var(--line); white-space: nowrap; max-width: 100%; overflow: hidden; text-overflow: ellipsis;
  vertical-align: middle;
}
.label + .label { margin-left: 4px; }
.chips .label + .label { margin-left: 0; }
.dot { display: inline-block; width: 9px; height: 9px; border-radius: 50%; margin-right: 5px; border: 1px solid var(--line); }
.event { margin: 0 0 16px; padding-left: 16px; }
.chips { display: flex; flex-wrap: wrap; gap: 6px; }
.plus { color: var(--good); } .minus { color: var(--bad); }
.filter { display: flex; flex-wrap: wrap; gap: 4px 16px; margin: 0 0 12px; }
.filter a { color: var(--quiet); }
.filter a[aria-current] { color: var(--text); font-weight: 600; }
.pages { display: flex; justify-content: space-between; }

.diff, .plain { margin: 0; padding: 10px 16px; overflow-x: auto; font-size: 12.5px; line-height: 1.5; overflow-wrap: normal; }
.plain { white-space: pre-wrap; overflow-wrap: anywhere; }
.diff span { display: block; min-width: max-content; padding: 0 4px; }
.diff .add { background: var(--good-soft); } .diff .del { background: var(--bad-soft); }
.diff .at { color: var(--quiet); }
details > summary { cursor: pointer; }
.box > details > summary { padding: 9px 16px; }
.box > details[open] > summary { border-bottom: 1px solid var(--line-soft); }

.prose > :first-child { margin-top: 0; } .prose > :last-child { margin-bottom: 0; }
.prose p, .prose ul, .prose ol, .prose table, .prose pre, .prose blockquote, .prose details { margin: 0 0 12px; }
.prose h1, .prose h2, .prose h3, .prose h4 { margin: 20px 0 8px; line-height: 1.3; }
.prose h1 { font-size: 21px; } .prose h2 { font-size: 18px; } .prose h3 { font-size: 16px; } .prose h4 { font-size: 15px; }
.prose h1, .prose h2 { border-bottom: 1px solid var(--line-soft); padding-bottom: 4px; }
.prose ul, .prose ol { padding-left: 24px; }
.prose li + li { margin-top: 3px; }
.prose li:has(> input[type="checkbox"]) { list-style: none; margin-left: -20px; }
.prose code { background: var(--sunken); border-radius: 4px; padding: 1px 5px; font-size: 13px; }
.prose pre { background: var(--sunken); border-radius: 6px; padding: 12px; overflow-x: auto; overflow-wrap: normal; line-height: 1.45; }
.prose pre code { padding: 0; background: none; }
.prose blockquote { border-left: 3px solid var(--line); color: var(--quiet); padding: 0 12px; }
.prose table { border-collapse: collapse; display: block; overflow-x: auto; max-width: 100%; }
.prose th, .prose td { border: 1px solid var(--line); padding: 5px 10px; text-align: left; overflow-wrap: normal; }
.prose th { background: var(--sunken); }
.prose hr { border: 0; border-top: 1px solid var(--line); margin: 16px 0; }
.prose .picture { color: var(--quiet); font-style: italic; }
.prose .sr-only { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
@media (max-width: 560px) {
  h1 { font-size: 21px; }
  .tabs { font-size: 14px; gap: 0; }
  .tabs a { padding: 8px 7px; }
  .tabs .count { display: none; }
  .box > .row, .box > .head, .box > .inside { padding: 10px 12px; }
  .row.loose { flex-wrap: wrap; gap: 2px 10px; }
  .row.loose > .grow { flex-basis: 70%; }
  .row.loose > .end { flex-basis: 100%; text-align: left; padding-left: 26px; }
}
`;
