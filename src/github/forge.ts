import type { Action } from "../core/action.ts";
import type { Sign } from "../core/desk/desk-marker.ts";
import { diagnose } from "../core/doctor/doctor.ts";
import type { Invitation } from "../core/proposal/proposal-state.ts";
import type { Instant, LineState } from "../core/state.ts";
import type { Forge, Outcome } from "../ports.ts";
import { announce } from "./announce.ts";
import { closeReleasePull, commitFiles, writeReleasePull } from "./apply-files.ts";
import { writeProposal } from "./apply-proposal.ts";
import { createTag, publishRelease, writeCheck } from "./apply.ts";
import type { GitHubClient } from "./client.ts";
import { closeIssue, react, readComment, tell } from "./comments.ts";
import { openDesk } from "./desk.ts";
import { readDoctorFacts } from "./doctor-reading.ts";
import { draftRelease, publishDraft } from "./draft.ts";
import { openExceptions } from "./exceptions.ts";
import { createForgeMemory } from "./forge-memory.ts";
import type { ForgeMemory } from "./forge-memory.ts";
import { readSources } from "./note-sources.ts";
import { observeLine } from "./observe.ts";
import { readManifests, readOpenPulls } from "./open-pulls.ts";
import { keepInvitation, readInvitation, readPast, readProposalSeen } from "./proposal-reading.ts";
import { permissionOf } from "./pulls.ts";
import { readReadiness } from "./readiness.ts";
import { openRollbacks } from "./rollback.ts";
import { openSignals } from "./signals.ts";
import { openSizes } from "./sizes.ts";
import { openWeekly } from "./weekly.ts";

export interface ForgeOptions {
  /** The operator starts every repository without a policy file (`SMALLBATCH_START=now`). */
  readonly isStartForced: boolean;
  /** Shared by all forges of a process; fresh when left out. */
  readonly memory?: ForgeMemory;
  /** How the App came to the repository, where the client's credentials do not tell. */
  readonly readInvitation?: (now: Instant) => Promise<Invitation | null>;
  /** Signs the desk; left out: there is none, because nobody could tell ours from a forged one. */
  readonly sign?: Sign;
}

/** GitHub for the loop, through one installation or token. */
export function openForge(client: GitHubClient, options: ForgeOptions): Forge {
  const { isStartForced, memory = createForgeMemory(), sign } = options;
  return {
    observe: (request) => observeLine({ client, isStartForced, ...memory }, request),
    apply: (state, action) => apply(client, state, action),
    permissionOf: (repository, login) => permissionOf(client, repository, login),
    readComment: (state, command) => readComment(client, state, command),
    react: (state, commentId, content) => react(client, state, commentId, content),
    tell: (state, comment, body) => tell(client, state, comment, body),
    closeIssue: (state, number, isDone) => closeIssue(client, state, { number, isDone }),
    readOpenPulls: (state, numbers) =>
      readOpenPulls(client, state, { numbers, files: memory.files }),
    readManifests: (state, sha) => readManifests(client, state, sha),
    readInvitation: options.readInvitation ?? keepInvitation(() => readInvitation(client)),
    readProposal: (state) => readProposalSeen(client, state),
    examine: async (state) => diagnose(await readDoctorFacts(client, state)),
    readPast: (state) => readPast(client, state),
    sizes: openSizes(client, memory),
    exceptions: openExceptions(client),
    notes: {
      readSources: (state, units, sends) => readSources(client, state, units, sends),
      readReadiness: (state, pull) => readReadiness(client, state, pull),
    },
    ...(sign === undefined
      ? {}
      : {
          desk: openDesk(client, sign),
          rollbacks: openRollbacks(client, sign, memory.files),
          signals: openSignals(client),
          weekly: openWeekly(client),
        }),
  };
}

function apply(client: GitHubClient, state: LineState, action: Action): Promise<Outcome> {
  switch (action.kind) {
    case "createTag":
      return createTag(client, state, action);
    case "publishRelease":
      return publishRelease(client, state, action);
    case "draftRelease":
      return draftRelease(client, state, action);
    case "publishDraft":
      return publishDraft(client, state, action);
    case "writeCheck":
      return writeCheck(client, state, action);
    case "announce":
      return announce(client, state, action);
    case "commitFiles":
      return commitFiles(client, state, action);
    case "writeReleasePull":
      return writeReleasePull(client, state, action);
    case "closeReleasePull":
    case "closeProposal":
      return closeReleasePull(client, state, action.number);
    case "writeProposal":
      return writeProposal(client, state, action);
  }
}
