import { isPreviewTag, parsePreviewTag, PREVIEWS_MAX } from "../../src/core/preview-tag.ts";
import type { WorldEvent } from "../../src/local-github/world-event.ts";
import type { Stage } from "../support/scenario.ts";
import { isHeld } from "./hold-world.ts";
import { pullsOf, stateOf, type Actor } from "./world.ts";

const TOLD = /^<!-- smallbatch:released line=\S+ tag=(\S+) -->/m;

/**
 * Sees everything that happens on the local GitHub, in the moment in which it happens, and writes
 * down what must never be, whatever order deliveries come in.
 */
export class Witness {
  readonly #stage: Stage;
  readonly #botId: number;
  readonly #actors = new Map<number, Actor>();
  /** Commit by repository and tag. */
  readonly #tags = new Map<string, string>();
  readonly #published = new Set<string>();
  #complaints: string[] = [];

  constructor(stage: Stage) {
    this.#stage = stage;
    const app = stage.github.github.data.apps.find(({ id }) => id === stage.app.id);
    if (app === undefined) throw new Error("The App is not there");
    this.#botId = app.botId;
    stage.github.github.onEvent((event) => this.#see(event));
  }

  watch(actors: readonly Actor[]): void {
    this.#actors.clear();
    this.#tags.clear();
    this.#published.clear();
    this.#complaints = [];
    for (const actor of actors) this.#actors.set(actor.scenario.repository.id, actor);
  }

  /** Throws with what must not have happened since the last time. Nobody is at work now. */
  assertLawful(): void {
    for (const actor of this.#actors.values()) {
      const open = pullsOf(actor, true).filter(({ state }) => state === "open");
      if (open.length > 1) {
        const titles = open.map(({ number, title }) => `#${number} ${title}`);
        this.#complain(actor, `two release pulls are open: ${titles.join(", ")}`);
      }
    }
    const [first] = this.#complaints;
    if (first !== undefined) throw new Error(first);
  }

  #complain({ world, scenario }: Actor, what: string): void {
    this.#complaints.push(`${scenario.repository.name} (${world.name}): ${what}`);
  }

  #see(event: WorldEvent): void {
    const actor = this.#actors.get(event.repositoryId ?? 0);
    if (actor === undefined) return;
    const { push } = event.detail;
    const isOurs = event.senderId === this.#botId;
    if (event.name === "push" && push !== undefined) this.#seePush(actor, push, isOurs);
    if (event.name === "release") this.#seeRelease(actor, event, isOurs);
    if (event.name === "issue_comment" && isOurs) this.#seeComment(actor, event);
  }

  #seePush(
    actor: Actor,
    { ref, before, after, created, deleted, forced }: NonNullable<WorldEvent["detail"]["push"]>,
    isOurs: boolean,
  ): void {
    const tag = /^refs\/tags\/(.+)$/.exec(ref)?.[1];
    if (tag !== undefined) {
      if (!created || deleted) this.#complain(actor, `the tag ${tag} was moved or deleted`);
      this.#tags.set(nameOf(actor, tag), after);
      if (isOurs && isPreviewTag(tag)) this.#seePreview(actor, tag, after);
      else if (isOurs) {
        this.#seeGreen(actor, tag, after);
        if (isHeld(actor)) this.#complain(actor, `${tag} was made while somebody held releases`);
      }
      return;
    }
    if (!isOurs) return;
    if (forced || deleted) this.#complain(actor, `the App forced or deleted ${ref}`);
    if (ref === `refs/heads/${actor.scenario.repository.defaultBranch}`) {
      if (actor.world.writesCommits !== true) this.#complain(actor, `the App committed on ${ref}`);
      this.#seeGreen(actor, "a commit with the version", before);
    }
  }

  /** Nothing is released that is red or has checks that run. One without any may be. */
  #seeGreen(actor: Actor, what: string, sha: string): void {
    const state = stateOf(actor, sha, "ci/test");
    if (state === null || state === "success") return;
    this.#complain(actor, `${what} was made where the checks are ${state}`);
  }

  #seePreview(actor: Actor, tag: string, sha: string): void {
    const read = parsePreviewTag(tag);
    const pull = pullsOf(actor, false).find(({ number }) => number === read?.pull);
    const isFork = pull?.pull.headRepositoryId !== actor.scenario.repository.id;
    if (read === null || pull === undefined || isFork || pull.state !== "open") {
      this.#complain(actor, `${tag} is not of an open pull of the repository`);
    } else if (pull.pull.headSha !== sha || !tag.endsWith(`g${sha.slice(0, 7)}`)) {
      this.#complain(actor, `${tag} is not on the head of its pull`);
    } else if (read.nth > PREVIEWS_MAX) {
      this.#complain(actor, `${tag} is one preview too many`);
    }
  }

  #seeRelease(actor: Actor, { action, detail }: WorldEvent, isOurs: boolean): void {
    const { release } = detail;
    if (release === undefined) return;
    const { tagName: tag } = release;
    const { releases } = this.#stage.github.github.data;
    const name = nameOf(actor, tag);
    if (action === "created") {
      const same = releases.filter(
        (each) => each.repositoryId === release.repositoryId && each.tagName === tag,
      );
      if (same.length > 1) this.#complain(actor, `${same.length} releases of ${tag}`);
    } else if (action === "published") {
      if (this.#published.has(name)) this.#complain(actor, `${tag} was published twice`);
      this.#published.add(name);
      const { publishedWhen } = actor.world;
      const sha = this.#tags.get(name) ?? "";
      const state = publishedWhen === undefined ? null : stateOf(actor, sha, publishedWhen);
      if (isOurs && publishedWhen !== undefined && state !== "success") {
        this.#complain(actor, `${tag} was published while ${publishedWhen} was ${state}`);
      }
    } else if (isOurs && action !== "edited" && action !== "released") {
      this.#complain(actor, `the App ${action} the release ${tag}`);
    }
  }

  /** Nobody is told of a release that cannot be seen. */
  #seeComment(actor: Actor, { detail }: WorldEvent): void {
    const tag = TOLD.exec(detail.comment?.body ?? "")?.[1];
    if (tag === undefined || this.#published.has(nameOf(actor, decodeURIComponent(tag)))) return;
    this.#complain(actor, `somebody was told of ${tag}, which is not published`);
  }
}

function nameOf({ scenario }: Actor, tag: string): string {
  return `${scenario.repository.id}/${tag}`;
}
