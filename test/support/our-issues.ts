import type { GitHub } from "../../src/local-github/github.ts";
import type { Issue } from "../../src/local-github/world.ts";

/** So many issues of whoever opened one, a second younger than it: more than a page of them. */
export function addNewer(github: GitHub, own: Issue, count = 60): void {
  const { data } = github;
  const createdAt = new Date(Date.parse(own.createdAt) + 1_000).toISOString();
  for (let at = 1; at <= count; at += 1) {
    const number = own.number + 1_000 + at;
    const other = { title: `Another ${at}`, body: "", timeline: [], createdAt, number };
    data.issues.push({ ...own, ...other, id: (data.lastId += 1) });
  }
}
