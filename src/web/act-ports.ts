import type { Looked } from "../core/acts/foresee-act.ts";
import type { DeskMemory } from "../core/desk/desk-memory.ts";
import type { RisksKept } from "../core/desk/desk-offers.ts";
import type { CommandHeard } from "../doors-port.ts";
import type { LinePlan } from "../ports.ts";
import type { SeenRepository } from "./viewer.ts";

/** What pages that act need of the loop and of the store. */
export interface ActParts {
  /** What stands there now, asked of GitHub; nothing is written. Throws AppError. */
  look(repository: SeenRepository): Promise<ActLook>;
  /** As the last look left them. */
  readPlans(repository: SeenRepository): Promise<readonly LinePlan[]>;
  /** What came of a key that somebody sent before; null: nobody did. `url`: null where it is not known. */
  findSent(
    keyHash: Buffer,
    userId: number,
  ): Promise<(Sent & { readonly url: string | null }) | null>;
  /** False: it was sent before. */
  claim(keyHash: Buffer, userId: number, sent: Sent): Promise<boolean>;
  /** It is heard as if GitHub had told of it. */
  keepSaid(
    keyHash: Buffer,
    said: {
      readonly installationId: number;
      readonly repositoryId: number;
      readonly url: string;
      readonly command: CommandHeard;
    },
  ): Promise<void>;
}

/** What is about to be said. */
interface Sent {
  readonly command: string;
  /** Page of the issue or pull that it is said on. */
  readonly placeUrl: string;
}

interface ActLook {
  /** The default line first. */
  readonly lines: readonly Looked[];
  /** What was read of releases, for the risk of taking one back. */
  readonly risks: RisksKept;
  /** Null: no desk is known. */
  readonly desk: DeskMemory | null;
}
