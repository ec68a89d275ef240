import { z } from "zod";

/** Keys of the policy about commands. */

/** Shorter than GitHub's limit of 39 characters plus the suffix of Enterprise-managed users. */
const LOGIN = /^[A-Za-z0-9][A-Za-z0-9_-]{0,59}$/;

const logins = z.array(z.string().regex(LOGIN)).min(1).max(50);

/** Permissions from `least` on, or logins: the policy cannot give what the table keeps back. */
export const mayKey = z
  .strictObject({
    release: z
      .union([z.enum(["maintain", "admin"]), logins])
      .optional()
      .describe("Who may say /release: a permission, or logins of people who have maintain."),
    preview: z
      .union([z.enum(["write", "maintain", "admin"]), logins])
      .optional()
      .describe("Who may say /preview: a permission, or logins of people who have write."),
    hold: z
      .union([z.enum(["write", "maintain", "admin"]), logins])
      .optional()
      .describe("Who may say /hold and /resume: a permission, or logins of people who have write."),
    rollBack: z
      .union([z.enum(["write", "maintain", "admin"]), logins])
      .optional()
      .describe("Who may say /rollback: a permission, or logins of people who have write."),
    liftSize: z
      .union([z.enum(["maintain", "admin"]), logins])
      .optional()
      .describe("Who may say /size-ok: a permission, or logins of people who have maintain."),
  })
  .optional()
  .describe("Who may say which command, where that is fewer people than without this key.");

export const previewKey = z
  .enum(["on", "off"])
  .optional()
  .describe("Whether /preview on a pull request tags its head, for people to try it.");

export const deskKey = z
  .enum(["on", "off"])
  .optional()
  .describe("Whether the release desk, an issue, is kept. Without it: until somebody closes it.");

export const DOOR_EXAMPLES = {
  may: "may: {release: admin, preview: [mona, wilma]}",
  "may.release": "release: maintain (or admin, or logins such as [mona, wilma])",
  "may.preview": "preview: write (or maintain, admin, or logins such as [mona, wilma])",
  "may.hold": "hold: write (or maintain, admin, or logins such as [mona, wilma])",
  "may.rollBack": "rollBack: write (or maintain, admin, or logins such as [mona, wilma])",
  "may.liftSize": "liftSize: maintain (or admin, or logins such as [mona, wilma])",
  preview: "preview: off (or on)",
  desk: "desk: on (or off)",
} as const;
