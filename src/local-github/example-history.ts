import type { GitHub } from "./github.ts";
import { mergePull, openIssue, openPull, type Person, type Place } from "./person.ts";
import { publishRelease } from "./seed-release.ts";
import { commitFiles } from "./seed.ts";
import type { Repository } from "./world.ts";

const DAY_MS = 86_400_000;

/** How long before now the example's history begins, in days. */
const FIRST_DAY = 40;

/** Newest release before now, in days: more than one, so that it is settled in every respect. */
const LAST_DAY = 2;

/** One pull each, oldest first; `tag` releases after it. */
const PULLS: readonly {
  readonly title: string;
  readonly path: string;
  readonly text: string;
  readonly by: "write" | "maintain" | "outsider";
  readonly issue?: string;
  readonly tag?: string;
}[] = [
  {
    title: "feat: build widgets from a size",
    path: "src/widget.js",
    text: "export const widget = (size) => ({ size });\n",
    by: "maintain",
    tag: "v1.0.0",
  },
  {
    title: "fix: refuse negative sizes",
    path: "src/size.js",
    text: "export const isSize = (n) => n >= 0;\n",
    by: "write",
    tag: "v1.0.1",
  },
  {
    title: "docs: explain sizes",
    path: "docs/sizes.md",
    text: "# Sizes\n\nA size is a whole number.\n",
    by: "write",
  },
  {
    title: "feat: round corners",
    path: "src/corner.js",
    text: "export const corner = (radius) => ({ radius });\n",
    by: "maintain",
    tag: "v1.1.0",
  },
  {
    title: "test: cover corners",
    path: "test/corner.test.js",
    text: "import '../src/corner.js';\n",
    by: "write",
  },
  {
    title: "fix: keep the radius below half the size",
    path: "src/radius.js",
    text: "export const limit = (r, s) => Math.min(r, s / 2);\n",
    by: "write",
    issue: "Corners overlap on small widgets",
    tag: "v1.1.1",
  },
  {
    title: "feat: paint widgets",
    path: "src/paint.js",
    text: "export const paint = (colour) => ({ colour });\n",
    by: "maintain",
    tag: "v1.2.0",
  },
  {
    title: "ci: test on three versions of Node",
    path: ".ci.yml",
    text: "node: [20, 22, 24]\n",
    by: "maintain",
  },
  {
    title: "fix: accept colour names in capitals",
    path: "src/colour.js",
    text: "export const colour = (name) => name.toLowerCase();\n",
    by: "outsider",
    issue: "RED is not a colour?",
    tag: "v1.2.1",
  },
  {
    title: "feat: stack widgets",
    path: "src/stack.js",
    text: "export const stack = (...widgets) => widgets;\n",
    by: "write",
    tag: "v1.3.0",
  },
  {
    title: "perf: stack without copying",
    path: "src/stack.js",
    text: "export const stack = (...widgets) => Object.freeze(widgets);\n",
    by: "write",
    tag: "v1.3.1",
  },
  {
    title: "refactor: one file for each shape",
    path: "src/shape.js",
    text: "export * from './corner.js';\n",
    by: "maintain",
  },
  {
    title: "feat: label widgets",
    path: "src/label.js",
    text: "export const label = (text) => ({ text });\n",
    by: "maintain",
    tag: "v1.4.0",
  },
  {
    title: "fix: escape labels",
    path: "src/escape.js",
    text: "export const escape = (text) => text.replaceAll('<', '&lt;');\n",
    by: "write",
    tag: "v1.4.1",
  },
];

interface History {
  readonly github: GitHub;
  readonly repository: Repository;
  readonly place: Place;
  readonly users: Readonly<Record<"write" | "maintain" | "outsider", Person>>;
  /** Added to the local GitHub's clock: negative while the past is made. */
  readonly clock: { offsetMs: number };
  /** Whether the last pull brings the policy file. */
  readonly isStarted: boolean;
}

/** Make the past: pulls merged over weeks, and releases after them. Leaves the clock at now. */
export async function writeHistory(history: History): Promise<void> {
  const { github, repository, place, users, clock, isStarted } = history;
  const last = isStarted
    ? {
        title: "chore: start Smallbatch",
        path: ".github/smallbatch.yml",
        text: "version: 1\n",
        by: "maintain" as const,
        tag: "v1.4.2",
      }
    : {
        title: "fix: trim labels",
        path: "src/trim.js",
        text: "export const trim = (text) => text.trim();\n",
        by: "write" as const,
        tag: "v1.4.2",
      };
  const pulls = [...PULLS, last];
  const stepMs = ((FIRST_DAY - LAST_DAY) * DAY_MS) / pulls.length;
  clock.offsetMs = -FIRST_DAY * DAY_MS;
  await commitFiles(github, repository, {
    branch: repository.defaultBranch,
    message: "Start the widgets",
    files: {
      "README.md": "# Widgets\n\nSmall parts for large things.\n",
      "package.json": '{ "name": "widgets", "type": "module" }\n',
    },
  });
  let previousTag: string | null = null;
  for (const [index, pull] of pulls.entries()) {
    clock.offsetMs = -FIRST_DAY * DAY_MS + index * stepMs;
    const author = users[pull.by === "outsider" ? "write" : pull.by];
    const issue =
      "issue" in pull && pull.issue !== undefined
        ? await openIssue(place, users.outsider, pull.issue)
        : null;
    const number = await openPull(place, author, {
      branch: `work-${index + 1}`,
      path: pull.path,
      text: pull.text,
      title: pull.title,
      body: issue === null ? "" : `Fixes #${issue}`,
    });
    clock.offsetMs += stepMs / 4;
    const sha = await mergePull(place, users.maintain, number);
    if (pull.tag === undefined) continue;
    clock.offsetMs += stepMs / 4;
    await publishRelease(github, repository, {
      tag: pull.tag,
      sha,
      authorLogin: users.maintain.login,
      body: `- ${pull.title} (#${number})${previousTag === null ? "" : `\n\nSince ${previousTag}.`}`,
    });
    previousTag = pull.tag;
  }
  clock.offsetMs = 0;
}
