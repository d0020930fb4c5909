import { Random } from '../random.ts';
import { listedPoints, places } from './places.ts';
import { stepsOf } from './steps.ts';

const steps = (seed: number, transport: 'direct' | 'kafka' = 'direct') =>
  stepsOf(seed, transport, new Random(seed).fork('crash points'));

describe('the steps of a sweep', () => {
  it('When the code lists a point, then it is known how it is reached, and no other is', () => {
    expect(listedPoints().length).toBeGreaterThan(20);
    expect(Object.keys(places).toSorted()).toEqual(listedPoints().toSorted());
  });

  it('When a transport has a point, then both of its sides are steps, each once', () => {
    for (const transport of ['direct', 'kafka'] as const) {
      const here = listedPoints().filter((point) => (places[point].transport ?? transport) === transport);

      expect(
        steps(1, transport)
          .map(({ place }) => place)
          .toSorted(),
      ).toEqual(here.flatMap((point) => [`${point}/after`, `${point}/before`]).toSorted());
    }
  });

  it('When the seed is the same, then so are the steps; another one has another order and other victims', () => {
    expect(steps(1)).toEqual(steps(1));
    expect(steps(1).map(({ place }) => place)).not.toEqual(steps(2).map(({ place }) => place));
  });
});
