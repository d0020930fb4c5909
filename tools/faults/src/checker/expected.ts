/** What a run did on purpose, and what must be seen of it. */
export interface Expected {
  /** Poison that was sent: the service that must have put it aside, and the reason that it must have given. */
  readonly poison?: readonly { readonly consumer: string; readonly reason: string }[];
  /** Orders that have to wait for a person, because the provider was made to tell of other amounts. */
  readonly inReview?: readonly string[];
}
