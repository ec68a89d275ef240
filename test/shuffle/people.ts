import type { Step } from "./steps.ts";
import { choose, type Actor, type Unit } from "./world.ts";

/** What people and continuous integration do in one step. */
export async function takeStep(
  actor: Actor,
  step: Extract<Step, { do: "merge" | "push" | "revert" | "check" | "deed" }>,
): Promise<string | null> {
  const { scenario, units } = actor;
  if (step.do === "check") {
    const unit = choose(units, step.pick);
    if (unit === undefined) return null;
    await scenario.status(unit.sha, step.state);
    return `${unit.title}: ${step.state}`;
  }
  if (step.do === "deed") return doDeed(actor, step);
  const unit = await makeUnit(actor, step);
  if (unit === null) return null;
  units.push(unit);
  if (step.checks !== "none") await scenario.status(unit.sha, step.checks);
  return `${step.do} ${unit.title}: ${step.checks}`;
}

/** The one that the step says; where there is nothing to do it to, the next one that can be done. */
async function doDeed(actor: Actor, step: Extract<Step, { do: "deed" }>): Promise<string | null> {
  const { deeds } = actor.world;
  for (const offset of deeds.keys()) {
    const deed = deeds[(step.which + offset) % deeds.length];
    const done = (await deed?.act(actor, step)) ?? null;
    if (deed !== undefined && done !== null) return `${deed.name}: ${done}`;
  }
  return null;
}

async function makeUnit(
  actor: Actor,
  step: Extract<Step, { do: "merge" | "push" | "revert" }>,
): Promise<Unit | null> {
  const { scenario, units, world } = actor;
  if (step.do === "revert") return revert(actor, step.pick);
  const { folder } = world.lines[units.length % world.lines.length] ?? { folder: "src" };
  const path = `${folder}/unit-${units.length}.js`;
  const title = `${step.type}: unit ${units.length}`;
  if (step.do === "push") {
    const sha = await scenario.commit(title, { [path]: "// pushed\n" });
    return { title, sha, pull: null, paths: [path] };
  }
  const { number, sha } = await scenario.merge(title, { path });
  return { title, sha, pull: number, paths: [path] };
}

async function revert({ scenario, units }: Actor, pick: number): Promise<Unit | null> {
  const pulls = units.filter(({ pull, paths }) => pull !== null && paths.length > 0);
  const reverted = choose(pulls, pick);
  const path = reverted?.paths[0];
  if (reverted === undefined || path === undefined) return null;
  const title = `Revert "${reverted.title}"`;
  const { number, sha } = await scenario.merge(title, {
    body: `Reverts acme/${scenario.repository.name}#${reverted.pull}`,
    path,
    text: `// without unit, ${units.length}\n`,
  });
  return { title, sha, pull: number, paths: [path] };
}

/** Everything there is, and a last fix so that nothing has a reason to stay unreleased. */
export async function makeGreen(actor: Actor): Promise<void> {
  const { scenario, stage, units, world } = actor;
  for (const { folder } of world.lines) {
    const title = `fix: the last one in ${folder}`;
    const path = `${folder}/last.js`;
    const { number, sha } = await scenario.merge(title, { path });
    units.push({ title, sha, pull: number, paths: [path] });
  }
  const { issues } = stage.github.github.data;
  const merged = issues
    .filter(({ repositoryId }) => repositoryId === scenario.repository.id)
    .flatMap(({ pull }) => pull?.mergeCommitSha ?? []);
  const shas = [...new Set([...units.map(({ sha }) => sha), ...merged])];
  for (const sha of shas) await scenario.status(sha, "success");
  await world.turnGreen?.(actor, shas);
}
