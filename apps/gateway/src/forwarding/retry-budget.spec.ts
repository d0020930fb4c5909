import { RetryBudget } from './retry-budget.ts';

const takeAll = (budget: RetryBudget) => {
  let taken = 0;
  while (budget.take()) taken += 1;
  return taken;
};

describe('the budget for sending again', () => {
  it('When nothing succeeds, then a few are sent again and no more', () => {
    const budget = new RetryBudget();

    expect([takeAll(budget), takeAll(budget)]).toEqual([10, 0]);
  });

  it.each([
    [9, 0],
    [11, 1],
    [55, 5],
    [10_000, 10],
  ])('When it is used up and %i succeed, then %i may be sent again', (successes, retries) => {
    const budget = new RetryBudget();
    takeAll(budget);

    for (let i = 0; i < successes; i += 1) budget.succeeded();

    expect(takeAll(budget)).toBe(retries);
  });
});
