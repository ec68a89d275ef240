import type { Hono } from "hono";
import {
  readBoolean,
  readIntegers,
  readObject,
  readObjects,
  readOneOf,
  readString,
  readStrings,
  requireString,
} from "../body.ts";
import {
  notFound,
  page,
  readJson,
  requireRepository,
  validationFailed,
  type Actor,
  type Env,
  type RequestContext,
} from "../context.ts";
import type { GitHub } from "../github.ts";
import { formatNodeId } from "../node-id.ts";
import { rulesFor } from "../rules.ts";
import type { Repository, Ruleset } from "../world.ts";

const READ = { permission: "metadata", access: "read" } as const;
const ADMINISTER = { permission: "administration", access: "write" } as const;
const RULESET = "/repos/:owner/:repo/rulesets/:id{[0-9]+}";

/** Those that this local GitHub knows; any other is refused rather than ignored. */
const RULE_TYPES = [
  "creation",
  "update",
  "deletion",
  "required_signatures",
  "required_linear_history",
  "pull_request",
  "required_status_checks",
  "tag_name_pattern",
] as const;

const METHODS = ["merge", "squash", "rebase"] as const;

type Rule = Ruleset["rules"][number];

export function register(app: Hono<Env>, github: GitHub): void {
  app.get("/repos/:owner/:repo/rules/branches/:branch{.+}", (c) => {
    const repository = requireRepository(c, github, READ);
    const rules = rulesFor(repository, `refs/heads/${c.req.param("branch")}`);
    return c.json(
      page(c, rules).map(({ rule, ruleset }) => ({
        ...renderRule(rule),
        ruleset_source_type: "Repository",
        ruleset_source: github.fullName(repository),
        ruleset_id: ruleset.id,
      })),
    );
  });

  app.get("/repos/:owner/:repo/rulesets", (c) => {
    const repository = requireRepository(c, github, READ);
    const rulesets = page(c, repository.rulesets);
    return c.json(rulesets.map((each) => renderRuleset(github, repository, each)));
  });

  app.get(RULESET, (c) => {
    const repository = requireRepository(c, github, READ);
    return c.json(
      renderFullRuleset(github, repository, requireRuleset(c, repository), c.get("actor")),
    );
  });

  app.post("/repos/:owner/:repo/rulesets", async (c) => {
    const repository = requireRepository(c, github, ADMINISTER);
    const ruleset = readRuleset(github.nextId(), await readJson(c));
    repository.rulesets.push(ruleset);
    return c.json(renderFullRuleset(github, repository, ruleset, c.get("actor")), 201);
  });

  app.put(RULESET, async (c) => {
    const repository = requireRepository(c, github, ADMINISTER);
    const ruleset = requireRuleset(c, repository);
    Object.assign(ruleset, readRuleset(ruleset.id, await readJson(c), ruleset));
    return c.json(renderFullRuleset(github, repository, ruleset, c.get("actor")));
  });

  app.delete(RULESET, (c) => {
    const repository = requireRepository(c, github, ADMINISTER);
    const ruleset = requireRuleset(c, repository);
    repository.rulesets = repository.rulesets.filter((each) => each !== ruleset);
    return c.body(null, 204);
  });
}

function requireRuleset(c: RequestContext, repository: Repository): Ruleset {
  const ruleset = repository.rulesets.find((each) => each.id === Number(c.req.param("id")));
  if (ruleset === undefined) throw notFound();
  return ruleset;
}

/** What the body leaves out stays as it is in `present`. */
function readRuleset(id: number, body: Record<string, unknown>, present?: Ruleset): Ruleset {
  const refName = readObject(readObject(body, "conditions") ?? {}, "ref_name") ?? {};
  const enforcement = readString(body, "enforcement") ?? present?.enforcement;
  const bypassAppIds = readObjects(body, "bypass_actors")
    ?.filter((actor) => actor["actor_type"] === "Integration")
    .flatMap((actor) => readIntegers({ ids: [actor["actor_id"]] }, "ids") ?? []);
  return {
    id,
    name: readString(body, "name") ?? present?.name ?? requireString(body, "name"),
    target: readOneOf(body, "target", ["branch", "tag"]) ?? present?.target ?? "branch",
    enforcement: enforcement === "active" ? "active" : "disabled",
    include: readStrings(refName, "include") ?? present?.include ?? [],
    rules: readObjects(body, "rules")?.map(readRule) ?? present?.rules ?? [],
    bypassAppIds: bypassAppIds ?? present?.bypassAppIds ?? [],
  };
}

function readRule(body: Record<string, unknown>): Rule {
  const type = readOneOf(body, "type", RULE_TYPES);
  const parameters = readObject(body, "parameters") ?? {};
  if (type === "required_status_checks") {
    const checks = readObjects(parameters, "required_status_checks") ?? [];
    const isStrict = readBoolean(parameters, "strict_required_status_checks_policy") ?? false;
    return {
      type,
      parameters: {
        required_status_checks: checks.map(readRequiredCheck),
        strict_required_status_checks_policy: isStrict,
      },
    };
  }
  if (type === "pull_request") {
    const listed = readStrings(parameters, "allowed_merge_methods");
    const methods = METHODS.filter((method) => listed?.includes(method));
    return listed === undefined
      ? { type }
      : { type, parameters: { allowed_merge_methods: methods } };
  }
  if (type === "tag_name_pattern") {
    const operator = requireString(parameters, "operator");
    return { type, parameters: { operator, pattern: requireString(parameters, "pattern") } };
  }
  if (type !== undefined) return { type };
  throw validationFailed({ resource: "RepositoryRuleset", code: "missing_field", field: "type" });
}

function readRequiredCheck(check: Record<string, unknown>) {
  const [appId] = readIntegers({ ids: [check["integration_id"] ?? []].flat() }, "ids") ?? [];
  const context = requireString(check, "context");
  return appId === undefined ? { context } : { context, integration_id: appId };
}

function renderRuleset(github: GitHub, repository: Repository, ruleset: Ruleset) {
  const fullName = github.fullName(repository);
  return {
    id: ruleset.id,
    name: ruleset.name,
    target: ruleset.target,
    source_type: "Repository",
    source: fullName,
    enforcement: ruleset.enforcement,
    node_id: formatNodeId("RepositoryRuleset", ruleset.id),
    created_at: repository.createdAt,
    updated_at: repository.updatedAt,
    _links: {
      self: { href: `${github.apiUrl}/repos/${fullName}/rulesets/${ruleset.id}` },
      html: { href: `${github.url}/${fullName}/rules/${ruleset.id}` },
    },
  };
}

function renderFullRuleset(github: GitHub, repository: Repository, ruleset: Ruleset, actor: Actor) {
  const appId = actor.kind === "installation" ? actor.app.id : null;
  return {
    ...renderRuleset(github, repository, ruleset),
    conditions: { ref_name: { include: ruleset.include, exclude: [] } },
    rules: ruleset.rules.map(renderRule),
    bypass_actors: ruleset.bypassAppIds.map((id) => ({
      actor_id: id,
      actor_type: "Integration",
      bypass_mode: "always",
    })),
    current_user_can_bypass:
      appId !== null && ruleset.bypassAppIds.includes(appId) ? "always" : "never",
  };
}

/** GitHub always names what a short rule may leave out. */
function renderRule(rule: Rule): object {
  if (rule.type === "required_status_checks") {
    const strictness = { strict_required_status_checks_policy: false };
    return { type: rule.type, parameters: { ...strictness, ...rule.parameters } };
  }
  if (rule.type === "pull_request" && rule.parameters !== undefined) {
    return { type: rule.type, parameters: { ...PULL_DEFAULTS, ...rule.parameters } };
  }
  return rule;
}

const PULL_DEFAULTS = {
  dismiss_stale_reviews_on_push: false,
  require_code_owner_review: false,
  require_last_push_approval: false,
  required_approving_review_count: 0,
  required_review_thread_resolution: false,
};
