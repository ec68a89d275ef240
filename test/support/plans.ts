import type { Action, ActionOf, Plan } from "../../src/core/action.ts";

/** Kinds of its actions, in their order. */
export function kindsOf({ actions }: Plan): readonly Action["kind"][] {
  return actions.map(({ kind }) => kind);
}

/** Its actions of one kind. */
export function actionsOf<K extends Action["kind"]>({ actions }: Plan, kind: K): ActionOf<K>[] {
  return actions.filter((action): action is ActionOf<K> => action.kind === kind);
}

/** Its first action of the kind; null: there is none. */
export function actionOf<K extends Action["kind"]>(plan: Plan, kind: K): ActionOf<K> | null {
  return actionsOf(plan, kind)[0] ?? null;
}
