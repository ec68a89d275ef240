import type { Interpretation, RepositoryLabel } from "../../src/deliveries-port.ts";
import type { Fact } from "../../src/ports.ts";
import type { Delivery } from "../../src/store/inbox.ts";

export const INSTALLATION = 11;

export function repositoryLabel(id: number, changes: Partial<RepositoryLabel> = {}) {
  return {
    id,
    nodeId: `R_${id}`,
    owner: "acme",
    name: `widgets-${id}`,
    isPrivate: false,
    defaultBranch: "main",
    ...changes,
  };
}

/** Something that happened in repository 42. */
export function factOf(key: string): Fact {
  return {
    key,
    repositoryId: 42,
    kind: "push",
    subject: "main",
    at: 1_767_600_000_000,
    actorId: 1,
    data: {},
  };
}

/** A delivery that says something about repository 42 and hints at it. */
export function deliveryOf(guid: string, changes: Partial<Interpretation> = {}): Delivery {
  return {
    guid,
    event: "push",
    receivedAt: 1_767_600_000_000,
    payload: Buffer.from(String.raw`{"zen":"a \u0000 b"}`),
    interpretation: {
      action: null,
      installationId: INSTALLATION,
      repository: repositoryLabel(42),
      facts: [factOf(guid)],
      hint: true,
      check: null,
      push: null,
      lifecycle: null,
      note: null,
      ...changes,
    },
  };
}
