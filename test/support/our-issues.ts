import type { GitHub } from "../../src/local-github/github.ts";
import type { Issue } from "../../src/local-github/world.ts";

/** So many issues of whoever opened one, a second younger than it: more than a page of them. */
export function addNewer(github: GitHub, own: Issue, count = 60): void {
  addOthers(github, own, { count, seconds: 1, firstNumber: own.number + 1_001 });
}

/** The same, a second older. */
export function addOlder(github: GitHub, own: Issue, count: number): void {
  addOthers(github, own, { count, seconds: -1, firstNumber: own.number + 2_001 });
}

function addOthers(
  { data }: GitHub,
  own: Issue,
  at: { readonly count: number; readonly seconds: number; readonly firstNumber: number },
): void {
  const createdAt = new Date(Date.parse(own.createdAt) + at.seconds * 1_000).toISOString();
  for (let nth = 0; nth < at.count; nth += 1) {
    const number = at.firstNumber + nth;
    const other = { title: `Another ${nth + 1}`, body: "", timeline: [], createdAt, number };
    data.issues.push({ ...own, ...other, id: (data.lastId += 1) });
  }
}
