import type { Restoration } from "../../src/core/rollback/restoration.ts";
import { isPull, type Pull } from "../../src/local-github/pull-heads.ts";
import { setDraft } from "../../src/local-github/pulls.ts";
import { commitFiles } from "../../src/local-github/seed.ts";
import { openHearing, say } from "./hearing.ts";
import type { Scenario, ScenarioOptions, Stage } from "./scenario.ts";

const MINUTE_MS = 60_000;

/** A release is rolled back, and its code is on its way back. */
export class Restoring {
  readonly scenario: Scenario;
  readonly look: Awaited<ReturnType<typeof openHearing>>["look"];
  readonly #stage: Stage;
  #said = 0;

  private constructor(stage: Stage, opened: Awaited<ReturnType<typeof openHearing>>) {
    this.#stage = stage;
    this.scenario = opened.scenario;
    this.look = opened.look;
  }

  static async open(stage: Stage, options: ScenarioOptions = {}): Promise<Restoring> {
    return new Restoring(stage, await openHearing(stage, { desk: true, ...options }));
  }

  /** Files merged by one pull, green and released. */
  async release(title: string, files: Record<string, string | null>): Promise<void> {
    const { sha } = await this.scenario.mergeFiles(title, files);
    await this.scenario.status(sha, "success");
    await this.look();
    await this.scenario.lookFor(5 * MINUTE_MS);
  }

  /** Somebody says so on an issue. */
  async rollBack(tag: string): Promise<void> {
    this.#said = await this.scenario.openIssue(`${tag} burns`);
    await this.sayAgain(tag);
  }

  async sayAgain(tag: string): Promise<void> {
    this.#stage.clock.advance(1_000);
    await say(this.scenario, this.#stage.people.wilma, this.#said, `/rollback ${tag}`);
    await this.look();
  }

  /** That of the one release that is rolled back, as it is kept. */
  async restoration(): Promise<Restoration> {
    const { store, repository } = this.scenario;
    const plans = await store.readPlans(repository.id);
    const memories = await Promise.all(plans.map(({ line }) => store.readMemory(line)));
    const all = memories.flatMap(({ rollbacks }) => rollbacks ?? []);
    const restoration = all.at(-1)?.restoration ?? null;
    if (restoration === null) throw new Error("Nothing is being restored");
    return restoration;
  }

  /** Every pull from a branch of ours. */
  pulls(): readonly Pull[] {
    return this.#stage.github.github.data.issues
      .filter(isPull)
      .filter(({ repositoryId }) => repositoryId === this.scenario.repository.id)
      .filter(({ pull }) => pull.headRef.startsWith("smallbatch/rollback-"));
  }

  /** The one pull of ours. */
  async opened(): Promise<{ issue: Pull; pull: Pull["pull"]; restoration: Restoration }> {
    const [issue, ...more] = this.pulls();
    if (issue === undefined || more.length > 0) throw new Error(`${more.length} more pulls`);
    return { issue, pull: issue.pull, restoration: await this.restoration() };
  }

  async git(...args: string[]): Promise<string> {
    const { github } = this.#stage.github;
    return (await github.git.run(this.scenario.repository.id, args)).trim();
  }

  /** The tree that git itself merges a commit to. */
  async mergedTree(sha: string, branch = "main"): Promise<string> {
    return this.git("merge-tree", "--write-tree", branch, sha);
  }

  /** A person pushes a commit on top of a branch of ours; with `onto`, a merge of that one. */
  async push(files: Record<string, string | null>, onto: string | null = null): Promise<string> {
    const { pull } = await this.opened();
    return commitFiles(this.#stage.github.github, this.scenario.repository, {
      branch: pull.headRef,
      message: "Resolve",
      files,
      author: "mona",
      ...(onto === null ? {} : { parents: [onto, pull.headSha] }),
    });
  }

  /** A person takes the mark of a draft off. */
  makeReady(issue: Pull): void {
    const { github } = this.#stage.github;
    const account = github.accountByLogin("mona");
    const token = github.data.tokens.find(({ userId }) => userId === account?.id);
    if (account === null || token === undefined) throw new Error("mona is nobody");
    setDraft(github, issue, { kind: "user", account, token }, false);
  }

  /** Commits of the branches of ours. */
  async branches(): Promise<readonly string[]> {
    const { git } = this.#stage.github.github;
    const refs = await git.refs(this.scenario.repository.id, "refs/heads/smallbatch/");
    return refs.map(({ sha }) => sha);
  }

  /** As after a pass that ended before it kept anything of it. */
  async forgetRestoration(): Promise<void> {
    const { store } = this.scenario;
    for (const { line } of await store.readPlans(this.scenario.repository.id)) {
      const { rollbacks } = await store.readMemory(line);
      if (rollbacks === null) continue;
      const forgotten = rollbacks.map((each) => ({ ...each, restoration: null }));
      await store.writeMemory(line, { rollbacks: forgotten });
    }
  }

  /** As if it had never been opened. */
  dropPull(): void {
    const { data } = this.#stage.github.github;
    const [own] = this.pulls();
    data.issues = data.issues.filter((issue) => issue !== own);
  }
}
