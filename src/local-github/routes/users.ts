import type { Hono } from "hono";
import { authenticate } from "../auth.ts";
import { notFound, requireAccount, type Env } from "../context.ts";
import type { GitHub } from "../github.ts";
import { renderAccount } from "../render/account.ts";
import type { Account } from "../world.ts";

export function register(app: Hono<Env>, github: GitHub): void {
  app.get("/user", (c) => c.json(renderProfile(github, requireAccount(c))));

  app.get("/users/:login", (c) => {
    const account = github.accountByLogin(c.req.param("login"));
    if (account === null) throw notFound();
    return c.json(renderProfile(github, account));
  });

  app.get("/rate_limit", (c) => {
    const { rateKey } = authenticate(github, c.req.header("authorization"));
    const read = (resource: "core" | "graphql") => {
      const { limit, used, remaining, reset } = github.rates.peek(rateKey, resource, github.now());
      return { limit, used, remaining, reset };
    };
    const core = read("core");
    return c.json({ resources: { core, search: core, graphql: read("graphql") }, rate: core });
  });

  app.get("/meta", (c) =>
    c.json({ verifiable_password_authentication: false, hooks: ["127.0.0.1/32"] }),
  );
}

function renderProfile(github: GitHub, account: Account) {
  const repositories = github.data.repositories.filter((each) => each.ownerId === account.id);
  return {
    ...renderAccount(github, account),
    name: account.name,
    company: null,
    blog: null,
    location: null,
    email: account.email,
    hireable: null,
    bio: null,
    public_repos: repositories.filter((each) => !each.private).length,
    public_gists: 0,
    followers: 0,
    following: 0,
    created_at: account.createdAt,
    updated_at: account.createdAt,
  };
}
