import { toText } from './channel.ts';
import type { NumberList } from './number-list.ts';
import type { StateStore } from './state-store.ts';
import type { Steps, Take } from './steps.ts';
import { channelNames, type State, wordsPerState, type World } from './world.ts';

/** What a story is about: the state that it leads to, and what comes after that. */
export interface Plot {
  readonly at: number;
  readonly detail: string;
  /** A last step, against the tables. */
  readonly then?: State;
  /** States that follow each other, the last being the first again. */
  readonly round?: readonly State[];
}

/** Tells how a state comes about. */
export class Storyteller {
  readonly #world: World;
  readonly #steps: Steps;
  readonly #seen: StateStore;
  readonly #origins: NumberList;
  readonly #words = new Uint32Array(wordsPerState);

  constructor(world: World, steps: Steps, seen: StateStore, origins: NumberList) {
    this.#world = world;
    this.#steps = steps;
    this.#seen = seen;
    this.#origins = origins;
  }

  tell({ at, then, round, detail }: Plot): string[] {
    const way = [at];
    while (way[0] !== 0) way.unshift(this.#origins.at(way[0]!));
    const states = way.map((number) => this.#read(number));
    const lines = this.#lines(then ? [...states, then] : states, (state, take) => this.#steps.all(state, take));
    if (!round) return [...lines, detail];
    const start = { ...states.at(-1)!, left: this.#world.noFaults };
    const circle = this.#lines([start, ...round], (state, take) => this.#steps.withoutFaults(state, take));
    return [...lines, 'from here without any fault:', ...circle, `and so on: ${detail}`];
  }

  #lines(states: readonly State[], steps: (state: State, take: Take) => void): string[] {
    return states.slice(1).map((after, index) => {
      const before = states[index]!;
      let line = '';
      steps(before, (reached, what) => {
        if (line === '' && isSame(reached, after)) line = `${what()}${consequences(before, after)}`;
      });
      return line;
    });
  }

  #read(number: number): State {
    this.#seen.read(number, this.#words);
    return this.#world.unpack(this.#words);
  }
}

/** What has changed with a step, in words. */
function consequences(before: State, after: State): string {
  const changes = [
    changed('order', before.order.status, after.order.status),
    changed('reservation', before.shelf.reservation, after.shelf.reservation),
    changed('payment', before.money.state, after.money.state),
    changed('its goal', before.money.goal, after.money.goal),
    changed('its operation', before.money.operation?.kind ?? 'none', after.money.operation?.kind ?? 'none'),
    after.order.isSettled === before.order.isSettled ? '' : after.order.isSettled ? 'settled' : 'unsettled',
    ...channelNames.flatMap((name) => saidOn(name, before, after)),
  ].filter(Boolean);
  return changes.length > 0 ? ` → ${changes.join(', ')}` : '';
}

const changed = (what: string, before: string, after: string): string => (before === after ? '' : `${what} ${after}`);

/** What is on its way now and was not before. */
function saidOn(name: (typeof channelNames)[number], before: State, after: State): string[] {
  const flying = (state: State) => state[name].entries.filter((entry) => entry.flying).map(toText);
  const known = flying(before);
  return flying(after).flatMap((said) => {
    const index = known.indexOf(said);
    if (index >= 0) known.splice(index, 1);
    return index >= 0 ? [] : [`${said} is said`];
  });
}

const isSame = (one: State, other: State): boolean =>
  one.order === other.order &&
  one.shelf === other.shelf &&
  one.money === other.money &&
  one.left === other.left &&
  channelNames.every((name) => one[name] === other[name]);
