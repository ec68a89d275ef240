import { z } from "zod";

/** What git takes as the name of a tag (`git check-ref-format`), with {version} once. */
const TAG_FORM =
  /^(?![-./])(?!.*(?:\.\.|\/[/.]|\.lock(?:\/|$)|[/.]$))[^\s\p{Cc}~^:?*[\\{}]*\{version\}[^\s\p{Cc}~^:?*[\\{}]*$/u;

/** The form of a line's tags in the policy: `v{version}`. */
export const tagForm = z.string().max(100).regex(TAG_FORM);

export function isTagForm(text: string): boolean {
  return TAG_FORM.test(text);
}
