/** The page's own style: light and dark, and narrow screens. */
export const STYLE = `
:root {
  --page: #ffffff; --card: #f6f7f9; --text: #1c2330; --soft: #5a6577; --rule: #d9dee6;
  --c0: #8a94a6; --c1: #d9822b; --c2: #2166c4; --c3: #1f8a5b;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #12161d; --card: #1b212b; --text: #e6eaf0; --soft: #9aa6b8; --rule: #303947;
    --c0: #7d889b; --c1: #f0a354; --c2: #6aa5f5; --c3: #52c48d;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; max-width: 940px; padding: 16px; background: var(--page); color: var(--text);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
  overflow-wrap: anywhere;
}
h1 { margin: 8px 0 0; font-size: 24px; line-height: 1.25; }
h2 { margin: 32px 0 4px; font-size: 19px; }
h3 { margin: 0; font-size: 15px; }
p { margin: 4px 0 12px; }
header p, figcaption p, .note, footer { color: var(--soft); }
.note, footer, figcaption p { font-size: 13px; }
footer { margin-top: 32px; border-top: 1px solid var(--rule); padding-top: 8px; }
code { font-size: 0.95em; }
pre { background: var(--card); border-radius: 8px; padding: 12px; overflow-x: auto; font-size: 13px; }
h3 + .wide { margin: 8px 0 12px; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 12px; }
.tiles div { background: var(--card); border-radius: 8px; padding: 12px; }
.tiles dt { color: var(--soft); font-size: 13px; }
.tiles dd { margin: 0; }
.tiles strong { display: block; font-size: 24px; line-height: 1.3; }
.tiles span { color: var(--soft); font-size: 13px; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { border-bottom: 1px solid var(--rule); padding: 6px 8px; text-align: right; font-size: 14px; }
tbody th { text-align: left; font-weight: normal; color: var(--soft); }
td, .short { white-space: nowrap; }
@media (max-width: 520px) { th, td { padding: 6px 4px; } }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 400px), 1fr)); gap: 16px; margin: 20px 0; }
figure { margin: 0; background: var(--card); border-radius: 8px; padding: 12px; }
figcaption p { margin: 0 0 4px; }
svg { display: block; width: 100%; height: auto; }
svg text { fill: var(--soft); font-size: 11px; }
svg .x { text-anchor: middle; }
svg .y { text-anchor: end; dominant-baseline: middle; }
svg .grid { stroke: var(--rule); fill: none; }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: 4px 16px; margin: 4px 0 0; padding: 0; font-size: 13px; }
.legend i { display: inline-block; width: 10px; height: 10px; border-radius: 2px; margin-right: 6px; }
.fill0 { fill: var(--c0); background: var(--c0); }
.fill1 { fill: var(--c1); background: var(--c1); }
.fill2 { fill: var(--c2); background: var(--c2); }
.fill3 { fill: var(--c3); background: var(--c3); }
.line0, .line1, .line2, .line3 { fill: none; stroke-width: 2; }
.line0 { stroke: var(--c0); }
.line1 { stroke: var(--c1); }
.line2 { stroke: var(--c2); }
.line3 { stroke: var(--c3); }
.disagreements { margin: 0; padding: 0; list-style: none; }
.disagreements li { border-bottom: 1px solid var(--rule); padding: 8px 0; }
.disagreements p { margin: 0; }
.disagreements span { color: var(--soft); margin-left: 8px; }
.disagreements p + p { color: var(--soft); font-size: 14px; }
`;
