/** Whom a verified access token speaks for. */
export interface User {
  readonly id: string;
  readonly roles: readonly string[];
  readonly sessionId: string;
}
