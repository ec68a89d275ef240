import { AppError } from "../errors.ts";

/** Read `OWNER/REPO`; throws `usage/invalid` with an example for anything else. */
export function parseRepositoryArgument(text: string): { owner: string; name: string } {
  const match = /^([A-Za-z0-9](?:[A-Za-z0-9-]{0,38}))\/([\w.-]{1,100})$/.exec(text);
  const [, owner, name] = match ?? [];
  if (owner === undefined || name === undefined) {
    throw new AppError(
      "usage/invalid",
      `"${text}" is not a repository: it should look like acme/widgets`,
      { retry: { kind: "never" } },
    );
  }
  return { owner, name };
}
