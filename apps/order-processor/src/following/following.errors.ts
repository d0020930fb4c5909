import { DomainError, Unavailable } from '@towpath/errors';

export class TooManyFollowers extends Unavailable {
  constructor() {
    super('Too many orders are being followed here. Try again.');
  }
}

export class FollowsTooMany extends DomainError {
  constructor(atOnce: number) {
    super('rate-limited', `You may follow ${atOnce} orders at once.`, { headers: { 'retry-after': '5' } });
  }
}
