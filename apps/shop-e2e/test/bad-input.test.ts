import { describeBadInput } from '@towpath/testing';

import { runningShop } from './running-shop.ts';

describe('bad input to the running shop', () => {
  const shop = runningShop();

  beforeAll(async () => {
    await shop.newProduct(3);
  });

  describeBadInput(undefined, {
    url: () => shop.gateway,
    token: async () => shop.admin.token,
    effects: () => Promise.all([shop.admin.products(), shop.admin.orders(), shop.provider.intents()]),
  });
});
