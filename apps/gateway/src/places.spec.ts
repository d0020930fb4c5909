import { Unavailable } from '@towpath/errors';

import { FittingPlaces, Places } from './places.ts';

const enter = (places: Places, count: number) =>
  Array.from({ length: count }, () => {
    const request = {};
    places.enter(request);
    return request;
  });

describe('places', () => {
  it('When all are taken, then nobody else enters until somebody leaves, and leaving twice is leaving once', () => {
    const places = new Places(2);
    const [first] = enter(places, 2);
    const outsider = {};

    expect(() => places.enter(outsider)).toThrow(Unavailable);
    places.leave(outsider);
    expect(() => places.enter({})).toThrow(Unavailable);
    places.leave(first!);
    places.leave(first!);
    enter(places, 1);
    expect(() => places.enter({})).toThrow(Unavailable);
  });
});

describe('fitting places', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());
  const given = () => new FittingPlaces({ answerWithinMs: 100, atFirst: 100, atLeast: 4, atMost: 100 });

  /** As many requests as there are places, all answered after so long. */
  function round(places: FittingPlaces, afterMs: number, failed = false): void {
    const requests = enter(places, places.places);
    jest.advanceTimersByTime(afterMs);
    requests.forEach((request) => places.answered(request, failed));
    places.look(false);
  }

  it('When answers are too late, then there are ever fewer, but never none', () => {
    const places = given();
    const seen = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12].map(() => {
      round(places, 101);
      return places.places;
    });

    expect(seen.slice(0, 3)).toEqual([70, 49, 34]);
    expect(seen.at(-1)).toBe(4);
  });

  it.each([
    ['are in time', (places: FittingPlaces) => round(places, 99)],
    ['are few and nobody is kept out', (places: FittingPlaces) => places.look(false)],
  ])('When answers %s, then there stay as many as may be', (_, happen) => {
    const places = given();
    happen(places);

    expect(places.places).toBe(100);
  });

  it('When answers are in time again, then there are more again', () => {
    const places = given();
    for (let i = 0; i < 5; i += 1) round(places, 101);
    const fewest = places.places;
    for (let i = 0; i < 40; i += 1) round(places, 10);

    expect([fewest, places.places]).toEqual([16, 100]);
  });

  it.each([
    ['the service fails', (places: FittingPlaces) => round(places, 1, true)],
    [
      'the process does not keep up',
      (places: FittingPlaces) => {
        enter(places, 100);
        places.look(true);
      },
    ],
  ])('When %s, then there are fewer', (_, happen) => {
    const places = given();
    happen(places);

    expect(places.places).toBe(70);
  });

  it('When answers do not come at all, then that is known before they do', () => {
    const places = given();
    enter(places, 100);
    jest.advanceTimersByTime(101);
    places.look(false);

    expect(places.places).toBe(70);
  });

  it('When those who came before there were fewer are late, then that is no reason for still fewer', () => {
    const places = given();
    const early = enter(places, 50);
    enter(places, 50);
    jest.advanceTimersByTime(101);
    early.forEach((request) => places.answered(request, false));
    places.look(false);
    const once = places.places;
    places.look(false);

    expect([once, places.places]).toEqual([70, 70]);
  });
});
