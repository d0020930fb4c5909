import { Random } from './random.ts';

const draw = (random: Random, count = 5) => Array.from({ length: count }, () => random.next());

describe('random', () => {
  it('When the seed is the same, then so is everything that is drawn', () => {
    expect(draw(new Random(42))).toEqual(draw(new Random('42')));
    expect(draw(new Random(42))).not.toEqual(draw(new Random(43)));
  });

  it('When a source is forked, then the fork does not depend on what was drawn before', () => {
    const random = new Random(42);
    const early = draw(random.fork('nemesis'));
    draw(random, 100);

    expect(draw(random.fork('nemesis'))).toEqual(early);
    expect(draw(random.fork('load'))).not.toEqual(early);
  });

  it('When many are drawn, then every number of the range comes about as often', () => {
    const random = new Random(42);
    const counts = new Map<number, number>();

    for (let drawn = 0; drawn < 6_000; drawn++) {
      const number = random.integer(1, 6);
      counts.set(number, (counts.get(number) ?? 0) + 1);
    }

    expect([...counts.keys()].sort()).toEqual([1, 2, 3, 4, 5, 6]);
    for (const count of counts.values()) expect(Math.abs(count - 1_000)).toBeLessThan(120);
  });

  it('When a list is shuffled, then nothing is lost and the list itself stays', () => {
    const list = [1, 2, 3, 4, 5, 6, 7, 8];

    const shuffled = new Random(42).shuffle(list);

    expect(shuffled).not.toEqual(list);
    expect(shuffled.toSorted()).toEqual(list);
    expect(list).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('When there is nothing to pick from, then it says so', () => {
    expect(() => new Random(42).pick([])).toThrow('There is nothing to pick from');
  });
});
