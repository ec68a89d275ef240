import type { Hono } from "hono";
import type { Env } from "../context.ts";
import type { GitHub } from "../github.ts";
import * as branches from "./branches.ts";
import * as collaborators from "./collaborators.ts";
import * as commits from "./commits.ts";
import * as compare from "./compare.ts";
import * as contents from "./contents.ts";
import * as dispatches from "./dispatches.ts";
import * as gitData from "./git-data.ts";
import * as merges from "./merges.ts";
import * as pulls from "./pulls.ts";
import * as refs from "./refs.ts";
import * as repositories from "./repositories.ts";
import * as rules from "./rules.ts";
import * as smartHttp from "./smart-http.ts";

/** Repositories and everything in them that git knows, and pulls. */
export function register(app: Hono<Env>, github: GitHub): void {
  const routes = [
    repositories,
    collaborators,
    branches,
    refs,
    gitData,
    contents,
    compare,
    dispatches,
    pulls,
    merges,
    rules,
    commits,
    smartHttp,
  ];
  for (const route of routes) route.register(app, github);
}
