import type { Scenario, Stage } from "./scenario.ts";

/** Many files in one commit of a branch that leaves `main` here, by one process of git. */
export async function commitMany(
  { github }: Stage,
  { repository }: Scenario,
  branch: string,
  files: readonly (readonly [path: string, text: string])[],
): Promise<void> {
  const data = files.map(
    ([path, text]) => `M 100644 inline ${path}\ndata ${Buffer.byteLength(text)}\n${text}\n`,
  );
  const input = [
    `commit refs/heads/${branch}\ncommitter Mona <mona@example.com> 1700000000 +0000\n`,
    `data 4\nmany\nfrom refs/heads/main^0\n${data.join("")}\n`,
  ];
  const args = ["fast-import", "--quiet"];
  await github.github.git.run(repository.id, args, { input: input.join("") });
}
