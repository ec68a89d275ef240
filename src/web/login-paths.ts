/** GitHub sends people back there; it stands among the App's callback URLs. */
export const CALLBACK_PATH = "/login/callback";

export const LOGIN_PATH = "/login";
export const LOGOUT_PATH = "/logout";
export const ACCOUNT_PATH = "/account";

/** No page of ours is deeper. */
const LENGTH_MAX = 500;

/** Any origin: only whether an address leaves it counts. */
const HERE = "https://here.invalid";

/** Where to log in, and come back to the page that one was on. */
export function loginPath(returnTo: string): string {
  const target = readReturnTo(returnTo);
  return target === "/" ? LOGIN_PATH : `${LOGIN_PATH}?return_to=${encodeURIComponent(target)}`;
}

/** A path of ours, with its query; `/` for whatever else a link may carry. */
export function readReturnTo(text: string | undefined): string {
  if (text === undefined || text.length > LENGTH_MAX) return "/";
  // Browsers read `//host` and `/\host` as other hosts, and leave out tabs and line breaks.
  if (!/^\/(?![/\\])[!-~]*$/.test(text) || text.includes("\\")) return "/";
  const target = URL.parse(text, HERE);
  if (target === null || target.origin !== HERE) return "/";
  const isOwn = [LOGIN_PATH, LOGOUT_PATH].some(
    (path) => target.pathname === path || target.pathname.startsWith(`${path}/`),
  );
  return isOwn || target.pathname.startsWith("//") ? "/" : `${target.pathname}${target.search}`;
}
