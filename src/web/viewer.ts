import type { Context, MiddlewareHandler } from "hono";
import type { Permission } from "../core/state.ts";
import type { CommandHeard } from "../doors-port.ts";

/** A repository, for somebody whom GitHub shows it to. */
export interface SeenRepository {
  readonly id: number;
  readonly installationId: number;
  readonly owner: string;
  readonly name: string;
  /** Also where it is internal: not everybody sees it. */
  readonly isPrivate: boolean;
  /** Null until GitHub told. */
  readonly defaultBranch: string | null;
  /** What they may do there; `read` for everybody on a public one. */
  readonly permission: Exclude<Permission, "none">;
}

/** What became of somebody's word on GitHub. */
export type Said =
  | { readonly kind: "said"; readonly url: string; readonly command: CommandHeard }
  /** GitHub says no, in its own words: nothing was said. */
  | { readonly kind: "refused"; readonly message: string }
  /** GitHub did not answer: nobody knows whether it was said. */
  | { readonly kind: "unknown" };

/**
 * Whoever looks at a page, and what GitHub shows to them: nothing here is older than five minutes.
 * Every method throws `github/unavailable` or `github/rate-limited` where GitHub has to be asked and
 * cannot be: let it through, and the server answers with a page that says so. Never catch it to show
 * something all the same.
 */
export interface Viewer {
  /** Null: nobody is logged in. */
  readonly login: string | null;
  /** GitHub's; null likewise. */
  readonly userId: number | null;
  /**
   * Value of the hidden field `form_token` that every form carries (`formField` writes it); null:
   * nobody is logged in, and there are no forms.
   */
  readonly formToken: string | null;
  /** False: login is not set up here. */
  readonly canLogIn: boolean;
  /** By its present name, in any case. Null where it is missing or hidden: nobody can tell which. */
  find(owner: string, name: string): Promise<SeenRepository | null>;
  /** As `find`, for what an id was kept of. */
  findById(repositoryId: number): Promise<SeenRepository | null>;
  sees(repositoryId: number): Promise<boolean>;
  /** `none` where they do not see it. */
  permissionOn(repositoryId: number): Promise<Permission>;
  /** Asked of GitHub now: before anything is done in their name. */
  permissionNow(repositoryId: number): Promise<Permission>;
  /**
   * In order of name. Of an installation: what they see there, public ones too; empty where it is
   * missing or hidden. Null: all that they were given a role in, over all installations.
   */
  list(installationId: number | null): Promise<readonly SeenRepository[]>;
  /** A comment on an issue or pull, in their own name and with their own permissions. */
  say(repository: SeenRepository, number: number, text: string): Promise<Said>;
}

/** What the routes of pages find in their context: `context.var.viewer`. */
export interface PageEnv {
  Variables: { viewer: Viewer };
}

export type OpenViewer = (context: Context<PageEnv>) => Promise<Viewer>;

/** Let every route behind it know who looks. */
export function provideViewer(open: OpenViewer): MiddlewareHandler<PageEnv> {
  return async (context, next) => {
    context.set("viewer", await open(context));
    await next();
  };
}

/** Nobody, where nobody can be asked what may be shown. */
export const SEES_NOTHING: Viewer = {
  login: null,
  userId: null,
  formToken: null,
  canLogIn: false,
  find: () => Promise.resolve(null),
  findById: () => Promise.resolve(null),
  sees: () => Promise.resolve(false),
  permissionOn: () => Promise.resolve("none"),
  permissionNow: () => Promise.resolve("none"),
  list: () => Promise.resolve([]),
  say: sayNothing,
};

/** Who is not logged in says nothing. */
export function sayNothing(): Promise<Said> {
  return Promise.resolve({ kind: "refused", message: "Nobody is logged in." });
}
