/** Every place that the marks of a chart touch, and what is wrong with them. */

const ATTRIBUTE = /\s(cx|cy|x|y|d)="([^"]*)"/g;
const STEP = /([MLHVQhaZ])([^MLHVQhaZ]*)/g;

/** Ends of all steps of a path; a curve's control points too. */
function placesOf(path: string): [x: number, y: number][] {
  let [x, y] = [0, 0];
  const places: [number, number][] = [];
  for (const [, step = "", rest = ""] of path.matchAll(STEP)) {
    const numbers = (rest.match(/-?[\d.]+(?:e-?\d+)?/g) ?? []).map(Number);
    if (step === "Z") continue;
    if (step === "H") x = numbers[0] ?? Number.NaN;
    else if (step === "V") y = numbers[0] ?? Number.NaN;
    else if (step === "h") x += numbers[0] ?? Number.NaN;
    else if (step === "a")
      [x, y] = [x + (numbers[5] ?? Number.NaN), y + (numbers[6] ?? Number.NaN)];
    else {
      for (let at = 0; at + 1 < numbers.length; at += 2) {
        [x, y] = [numbers[at] ?? Number.NaN, numbers[at + 1] ?? Number.NaN];
        places.push([x, y]);
      }
      continue;
    }
    places.push([x, y]);
  }
  return places;
}

/** What no chart may have, whatever it is given. */
export function problemsOf(page: string): string[] {
  const problems: string[] = [];
  for (const word of ["NaN", "Infinity", "undefined", "[object", " style=", "<script", "null"]) {
    if (page.includes(word)) problems.push(`it contains ${word}`);
  }
  for (const [svg, width, height] of page.matchAll(
    /<svg\s+class="chart"\s+viewBox="0 0 (\d+) (\d+)"[\s\S]*?<\/svg>/g,
  )) {
    const [right, bottom] = [Number(width), Number(height)];
    for (const [, name = "", value = ""] of svg.matchAll(ATTRIBUTE)) {
      const places: [number, number][] =
        name === "d"
          ? placesOf(value)
          : [name.endsWith("x") ? [Number(value), 0] : [0, Number(value)]];
      const out = places.find(([x, y]) => !(x >= 0 && x <= right && y >= 0 && y <= bottom));
      if (out !== undefined)
        problems.push(`${name}="${value.slice(0, 60)}" leaves at ${out.join(" ")}`);
    }
    if (!/role="img"\s+aria-labelledby="([\w-]+)-title \1-desc"/.test(svg))
      problems.push("it has no name");
  }
  return problems;
}
