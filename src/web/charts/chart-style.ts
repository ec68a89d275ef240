/**
 * How charts look. Text has about the same size on the screen however wide a drawing is shown, and
 * what differs in colour differs in shape, dash or fill as well.
 */
export const CHART_STYLE = `
.figures { display: grid; gap: 2rem 2.4rem; grid-template-columns: minmax(0, 1fr); align-items: start; }
@media (min-width: 58rem) { .figures { grid-template-columns: repeat(2, minmax(0, 1fr)); } }
.figures > .wide { grid-column: 1 / -1; }
.figure { container-type: inline-size; display: grid; gap: .5rem; grid-template-columns: minmax(0, 1fr); min-width: 0; }
.figure figcaption { display: grid; gap: .1rem; }
.figure .finding { font-weight: 400; text-wrap: pretty; }
.figure .unit { color: var(--quiet); font-size: .86rem; }
.figure.empty { border: 1px dashed var(--rule); border-radius: 6px; padding: 1rem 1.2rem; color: var(--quiet); align-content: start; }
.figure.empty h3 { color: var(--ink); }
.drawing { overflow-x: auto; }
.chart { display: block; width: 100%; height: auto; overflow: visible; }
.figure.wide .chart { min-width: 48rem; }
.chart text { font-family: var(--sans); fill: var(--quiet); font-size: 11px; }
.chart .x { text-anchor: middle; }
.chart .x.end { text-anchor: end; }
.chart .x.start { text-anchor: start; }
.chart .y { text-anchor: end; }
.chart .name { fill: var(--ink); }
.figure.half .chart text { font-size: 12.5px; }
.figure.weekly .chart text { font-size: 10.5px; }
@container (max-width: 26rem) {
  .figure.half .chart text { font-size: 14px; }
  .figure.weekly .chart text { font-size: 15px; }
  .figure.weekly .chart .count, .chart .minor { display: none; }
  .figure.half .chart .count { display: inline; }
}
@container (min-width: 34rem) { .figure.half .chart text { font-size: 11px; } }
@container (min-width: 42rem) {
  .figure.half .chart text { font-size: 9.5px; }
  .figure.weekly .chart text { font-size: 9.5px; }
}
@container (min-width: 72rem) { .figure.wide .chart text { font-size: 9px; } }
@container (min-width: 54rem) { .figure.weekly .chart text { font-size: 8.5px; } .figure.half .chart text { font-size: 8px; } }
.grid { fill: none; stroke: var(--faint); stroke-width: 1; vector-effect: non-scaling-stroke; }
.axis { fill: none; stroke: var(--rule); stroke-width: 1; vector-effect: non-scaling-stroke; }
.line { fill: none; stroke-width: 2; stroke-linejoin: round; vector-effect: non-scaling-stroke; }
.line.now { stroke: var(--now); }
.line.before { stroke: var(--before); stroke-dasharray: 5 4; }
.band { stroke: none; }
.band.now { fill: var(--band-now); }
.band.before { fill: var(--band-before); }
.dot.now { fill: var(--paper); stroke: var(--now); stroke-width: 1.5; }
.dot.few { fill: none; stroke: var(--before); stroke-width: 1.2; }
.mark { stroke-width: 1; vector-effect: non-scaling-stroke; }
.mark.none { fill: var(--now); fill-opacity: .5; stroke: var(--now); }
.mark.agents { fill: var(--agents); fill-opacity: .6; stroke: var(--agents); }
.mark.overdue { fill-opacity: 1; stroke: var(--ink); stroke-width: 1.6; }
.level { fill: none; stroke: var(--ink); stroke-width: 1; stroke-dasharray: 2 3; vector-effect: non-scaling-stroke; }
.zone { stroke: none; }
.zone.usual { fill: var(--usual); } .zone.slow { fill: var(--slow); } .zone.late { fill: var(--late); }
.key .zone { stroke: var(--quiet); stroke-width: 1; }
.release { stroke-width: 1.5; vector-effect: non-scaling-stroke; }
.release.good { fill: var(--now); fill-opacity: .45; stroke: var(--now); }
.release.failed { fill: var(--paper); stroke: var(--bad); stroke-width: 2.5; }
.release.pending { fill: var(--paper); stroke: var(--before); stroke-dasharray: 3 2.5; }
.fix { fill: none; stroke: var(--bad); stroke-width: 1.3; vector-effect: non-scaling-stroke; }
.column.explicit { fill: var(--bad); }
.column.inferred { fill: var(--bad); fill-opacity: .3; stroke: var(--bad); stroke-width: 1; }
.hatch { fill: none; stroke: var(--before); stroke-width: 1; }
.pending-edge { stroke: var(--before); stroke-width: 1; stroke-dasharray: 3 3; }
.key .pending-edge { fill: none; }
.whisker { fill: none; stroke: var(--ink); stroke-width: 1.3; vector-effect: non-scaling-stroke; }
.legend { display: flex; flex-wrap: wrap; gap: .1rem 1.1rem; padding: 0; list-style: none; font-size: .86rem; color: var(--quiet); }
.legend li { display: inline-flex; align-items: center; gap: .4rem; }
.key { width: 1.25rem; height: .9rem; flex: none; }
.under { display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; align-items: baseline; font-size: .88rem; }
.under > details { flex: 0 1 auto; }
.under > details[open] { flex: 1 1 100%; }
summary { cursor: pointer; color: var(--link); }
.behind[open] > summary { margin-bottom: .5rem; }
.behind .scroll { max-height: 26rem; overflow: auto; margin-bottom: .4rem; }
`;
