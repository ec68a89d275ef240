/** A token that shows one badge, without the token itself. */
export interface BadgeToken {
  /** SHA-256 of it. */
  readonly digest: Buffer;
  readonly badge: string;
  readonly madeAt: number;
}

/** The store, as far as badges need it. */
export interface BadgeTokenStore {
  find(digest: Buffer): Promise<{ readonly repositoryId: number; readonly badge: string } | null>;
  list(installationId: number, repositoryId: number): Promise<readonly BadgeToken[]>;
  make(
    token: { readonly digest: Buffer; readonly badge: string; readonly madeBy: number },
    place: { readonly installationId: number; readonly repositoryId: number },
    countMax: number,
  ): Promise<boolean>;
  revoke(
    digest: Buffer,
    place: { readonly installationId: number; readonly repositoryId: number },
  ): Promise<boolean>;
}
