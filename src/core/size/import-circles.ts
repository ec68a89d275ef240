/**
 * Places of a graph that can all be reached from each other, each as a group, and each other place
 * as a group of its own. Tarjan's, without recursion: a chain may be as long as there are files.
 */
export function findCircles(next: readonly (readonly number[])[]): readonly (readonly number[])[] {
  const order = next.map(() => -1);
  const low = next.map(() => 0);
  const isOpen = next.map(() => false);
  const stack: number[] = [];
  const groups: number[][] = [];
  let count = 0;
  const visit = (start: number): void => {
    const way: { readonly at: number; from: number }[] = [];
    const enter = (at: number): void => {
      order[at] = low[at] = count;
      count += 1;
      stack.push(at);
      isOpen[at] = true;
      way.push({ at, from: 0 });
    };
    enter(start);
    for (let step = way.at(-1); step !== undefined; step = way.at(-1)) {
      const { at } = step;
      const to = next[at]?.[step.from];
      step.from += 1;
      if (to !== undefined) {
        if (order[to] === -1) enter(to);
        else if (isOpen[to] === true) low[at] = Math.min(Number(low[at]), Number(order[to]));
        continue;
      }
      way.pop();
      const before = way.at(-1)?.at;
      if (before !== undefined) low[before] = Math.min(Number(low[before]), Number(low[at]));
      if (low[at] !== order[at]) continue;
      const group = stack.splice(stack.lastIndexOf(at));
      for (const one of group) isOpen[one] = false;
      groups.push(group.toSorted((left, right) => left - right));
    }
  };
  for (const at of next.keys()) if (order[at] === -1) visit(at);
  return groups;
}
