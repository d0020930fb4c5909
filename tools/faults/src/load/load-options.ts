import type { Random } from '../random.ts';

/** How often customers do what is not a plain checkout, each a share of 1. */
export interface Mix {
  /** The same checkout again with the same key: 2 to 5 times, at once or one after another. */
  readonly sameKeyDoubles: number;
  /** The same cart again with another key. */
  readonly otherKeyDoubles: number;
  /** Cards that are declined. */
  readonly declines: number;
  readonly cancels: number;
  readonly refunds: number;
  /** Checkouts with a piece of what there is too little of. */
  readonly scarce: number;
  /** Reads of own orders and lists, and as often of orders of others. */
  readonly reads: number;
  /** Requests that prove nothing of who asks. */
  readonly intrusions: number;
}

export const usualMix: Mix = {
  sameKeyDoubles: 0.3,
  otherKeyDoubles: 0.1,
  declines: 0.05,
  cancels: 0.03,
  refunds: 0.03,
  scarce: 0.05,
  reads: 0.1,
  intrusions: 0.05,
};

/** Checkouts and nothing else. */
export const plainMix: Mix = {
  sameKeyDoubles: 0,
  otherKeyDoubles: 0,
  declines: 0,
  cancels: 0,
  refunds: 0,
  scarce: 0,
  reads: 0,
  intrusions: 0,
};

export interface LoadOptions {
  /** Checkouts; doubles are not counted. */
  readonly orders: number;
  /** Customers go on coming, beyond these checkouts, until the load is stopped. */
  readonly goesOn?: boolean;
  /** How many begin in a second, as far as `atOnce` allows; as many as can when it is not said. */
  readonly perSecond?: number;
  /** Checkouts under way at the same time; 32 unless said. */
  readonly atOnce?: number;
  /**
   * Nobody begins a checkout while it is so. What a machine cannot carry shows nothing of faults: each order waits for all
   * others, and past its deadline it is cancelled.
   */
  readonly isFull?: () => boolean;
  /** Over the usual mix. */
  readonly mix?: Partial<Mix>;
  readonly random: Random;
  /** Each logs in once, which is dear; 8 unless said. */
  readonly customers?: number;
  /** A client gives up waiting for an answer after so long, and asks again; 5 s unless said. */
  readonly patienceMs?: number;
}

/** What of a shop its customers need to know. */
export interface LoadedShop {
  readonly gateway: string;
  readonly adminCredentialsFile: string;
  /** What access tokens are signed with: lets the load make tokens that have expired. */
  readonly signingKeysFile?: string;
}
