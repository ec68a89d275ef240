import { z } from "zod";
import type { Permission } from "../core/state.ts";
import { understand } from "./failure.ts";

const permissionSchema = z.object({ permission: z.string(), role_name: z.string().optional() });

const PERMISSIONS: readonly Permission[] = ["none", "read", "triage", "write", "maintain", "admin"];

function find(name: string | undefined): Permission | undefined {
  return PERMISSIONS.find((candidate) => candidate === name);
}

/**
 * Read `GET .../collaborators/{login}/permission`. `role_name` tells maintain from write and triage
 * from read; for a custom role it holds a name of the organisation's, and `permission` the least.
 */
export function readPermission(attempt: string, data: unknown): Permission {
  const { permission, role_name: role } = understand(attempt, permissionSchema, data);
  return readRole(role, permission);
}

/** A custom role has a name of the organisation's: then what GitHub says it has at least. */
export function readRole(role: string | undefined, least: string): Permission {
  return find(role) ?? find(least) ?? "none";
}
