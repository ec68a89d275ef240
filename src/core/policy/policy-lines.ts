import { z } from "zod";
import { isMaintenanceBranch } from "../range.ts";
import { isTagForm, tagForm } from "../tag-form.ts";

/** Channels of one repository: each is a branch that is looked at. */
const CHANNELS_MAX = 5;
const COMPONENTS_MAX = 50;

/** The name of a channel is that of its branch and the word in its versions (`1.5.0-next.1`). */
export const channels = z
  .array(
    z
      .string()
      .max(50)
      .regex(/^(?!stable$)[A-Za-z][0-9A-Za-z-]*$/),
  )
  .min(1)
  .max(CHANNELS_MAX)
  .refine((names) => isUnique(names), { error: "each channel stands once" });

const component = z.strictObject({
  name: z
    .string()
    .max(80)
    .regex(/^[@\w][\w.@/-]*$/)
    .refine((name) => isTagForm(`${name}-v{version}`), { error: "git takes no tag of this name" })
    .refine((name) => !isMaintenanceBranch(name), { error: "a maintenance branch is called so" }),
  path: z
    .string()
    .min(1)
    .max(300)
    .transform((path) => path.replace(/^(?:\.\/)+/, "").replace(/\/+$/, "") || ".")
    .refine((path) => path === "." || !/^\/|(?:^|\/)\.{0,2}(?:\/|$)|[*?[\]\\]/.test(path), {
      error: "it is a folder or file of the repository, without patterns",
    }),
  tag: tagForm.optional(),
  base: z.string().min(1).max(200).optional(),
});

/** Parts of the repository that are released on their own. */
export const components = z
  .array(component)
  .min(1)
  .max(COMPONENTS_MAX)
  .refine((list) => isUnique(list.map(({ name }) => name)), { error: "each name stands once" })
  .refine((list) => isUnique(list.map(({ path }) => path)), { error: "each path stands once" })
  .refine((list) => isUnique(list.map(tagOfComponent)), { error: "each form of tag stands once" });

export type Component = z.infer<typeof component>;

/** Names of components that have one version and are released together. */
export const linked = z
  .array(z.array(z.string()).min(2).max(COMPONENTS_MAX))
  .min(1)
  .max(COMPONENTS_MAX)
  .refine((groups) => isUnique(groups.flat()), { error: "each component is in one group, once" });

/** Names differ also without regard to case. */
export function isUnique(names: readonly string[]): boolean {
  return new Set(names.map((name) => name.toLowerCase())).size === names.length;
}

/** `NAME-v{version}` unless the policy says another. */
export function tagOfComponent({ name, tag }: Pick<Component, "name" | "tag">): string {
  return tag ?? `${name}-v{version}`;
}

/** What the keys of lines say about each other; null where they agree. */
export function findLineConflict(policy: {
  readonly tag?: string | undefined;
  readonly channels?: readonly string[] | undefined;
  readonly components?: readonly Component[] | undefined;
  readonly linked?: readonly (readonly string[])[] | undefined;
}): { readonly path: (string | number)[]; readonly message: string } | null {
  const parts = policy.components ?? [];
  const names = parts.map(({ name }) => name);
  for (const [at, group] of (policy.linked ?? []).entries()) {
    const place = group.findIndex((name) => !names.includes(name));
    if (place < 0) continue;
    const message = `there is no component "${String(group[place])}"`;
    return { path: ["linked", at, place], message };
  }
  for (const [at, part] of parts.entries()) {
    if (policy.channels?.includes(part.name) === true) {
      return { path: ["components", at, "name"], message: "a channel has the same name" };
    }
    if (tagOfComponent(part) === (policy.tag ?? "v{version}")) {
      const message = "the tags of the whole repository look like this";
      return { path: ["components", at, part.tag === undefined ? "name" : "tag"], message };
    }
  }
  return null;
}
