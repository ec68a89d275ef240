import type { Permission } from "../core/state.ts";
import type { ViewedRepositories, ViewedRepository } from "./login-ports.ts";
import type { Publicity } from "./login-publicity.ts";
import type { OpenSession } from "./login-session.ts";
import { sayNothing } from "./viewer.ts";
import type { SeenRepository, Viewer } from "./viewer.ts";

interface Parts {
  readonly repositories: ViewedRepositories;
  readonly publicity: Publicity;
}

/** Nobody is logged in: what GitHub shows to everybody. */
export function openNobodyViewer({ repositories, publicity }: Parts, canLogIn: boolean): Viewer {
  const show = async (row: ViewedRepository | null): Promise<SeenRepository | null> => {
    const [open] = row === null ? [] : await publicity.filterForNobody([row]);
    return open === undefined ? null : describe(open, "read");
  };
  const findById = async (id: number) => show(await repositories.find(id));
  const permissionOn = async (id: number) => (await findById(id))?.permission ?? "none";
  return {
    login: null,
    userId: null,
    formToken: null,
    canLogIn,
    find: async (owner, name) => show(await repositories.findByName(owner, name)),
    findById,
    sees: async (id) => (await findById(id)) !== null,
    permissionOn,
    permissionNow: permissionOn,
    list: async (installationId) => {
      if (installationId === null) return [];
      const rows = await repositories.listPublic(installationId);
      return (await publicity.filterForNobody(rows)).flatMap((row) => describe(row, "read") ?? []);
    },
    say: sayNothing,
  };
}

/** Somebody who is logged in: what GitHub shows to them, and what it shows to everybody. */
export function openPersonViewer({ repositories, publicity }: Parts, session: OpenSession): Viewer {
  const { access, asker } = session;

  /** With what they were given, or as everybody; null where it is hidden. */
  const show = async (
    row: ViewedRepository,
    permission: Permission,
  ): Promise<SeenRepository | null> => {
    if (permission !== "none") return describe(row, permission);
    const [open] = await publicity.filter([row]);
    return open === undefined ? null : describe(open, "read");
  };

  const findById = async (id: number): Promise<SeenRepository | null> => {
    const row = await repositories.find(id);
    return row === null ? null : show(row, await access.permissionOn(asker, row));
  };

  return {
    login: session.login,
    userId: session.userId,
    formToken: session.formToken,
    canLogIn: true,
    find: async (owner, name) => {
      const known = await repositories.findByName(owner, name);
      const found = await access.find(asker, { owner, name }, known);
      if (found !== null) return describe(found.row, found.permission);
      return known === null ? null : show(known, "none");
    },
    findById,
    sees: async (id) => (await findById(id)) !== null,
    permissionOn: async (id) => (await findById(id))?.permission ?? "none",
    permissionNow: async (id) => {
      const row = await repositories.find(id);
      return row === null ? "none" : access.permissionNow(asker, row);
    },
    list: async (installationId) => {
      const given = (await access.list(asker)).filter(
        ({ row }) => installationId === null || row.installationId === installationId,
      );
      const ids = new Set(given.map(({ row }) => row.id));
      const rows = installationId === null ? [] : await repositories.listPublic(installationId);
      const open = await publicity.filter(rows.filter(({ id }) => !ids.has(id)));
      const all = [
        ...given.flatMap(({ row, permission }) => describe(row, permission) ?? []),
        ...open.flatMap((row) => describe(row, "read") ?? []),
      ];
      return all.toSorted((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1));
    },
    say: ({ owner, name }, number, text) => session.say({ owner, name, number, text }),
  };
}

function nameOf({ owner, name }: SeenRepository): string {
  return `${owner}/${name}`.toLowerCase();
}

function describe(row: ViewedRepository, permission: Permission): SeenRepository | null {
  if (permission === "none") return null;
  const { id, installationId, owner, name, isPrivate, defaultBranch } = row;
  return { id, installationId, owner, name, isPrivate, defaultBranch, permission };
}
