import { NumberList } from './number-list.ts';
import { StateStore } from './state-store.ts';
import type { Steps } from './steps.ts';
import type { Plot } from './story.ts';
import { type State, wordsPerState, type World } from './world.ts';

const onPath = 1;
const done = 2;

interface Place {
  readonly number: number;
  readonly next: number[];
}

/** From every state, once there are no faults and no decisions any more: goes on until the end, in all ways, depth first. */
export class CircleSearch {
  steps = 0;
  readonly #world: World;
  readonly #steps: Steps;
  readonly #roots: StateStore;
  readonly #seen = new StateStore();
  readonly #marks = new NumberList();
  readonly #words = new Uint32Array(wordsPerState);

  constructor(world: World, steps: Steps, roots: StateStore) {
    this.#world = world;
    this.#steps = steps;
    this.#roots = roots;
  }

  get states(): number {
    return this.#seen.size;
  }

  /** Where things go round for ever, and how. */
  find(say: (progress: string) => void = () => {}): Plot | undefined {
    for (let root = 0; root < this.#roots.size; root += 1) {
      if (root % 100_000 === 0) say(`without faults: from ${root} of ${this.#roots.size} states, ${this.states} seen`);
      const start = this.#numberOf(this.#rootWithoutFaults(root));
      const circle = this.#marks.at(start) === 0 ? this.#circleFrom(start) : undefined;
      if (circle) return this.#plot(circle);
    }
    return undefined;
  }

  #circleFrom(start: number): number[] | undefined {
    const path: Place[] = [this.#enter(start)];
    for (let place = path.at(-1); place; place = path.at(-1)) {
      const next = place.next.pop();
      if (next === undefined) {
        this.#marks.set(place.number, done);
        path.pop();
      } else if (this.#marks.at(next) === onPath) {
        const numbers = path.map(({ number }) => number);
        return numbers.slice(numbers.indexOf(next));
      } else if (this.#marks.at(next) !== done) path.push(this.#enter(next));
    }
    return undefined;
  }

  #enter(number: number): Place {
    this.#marks.set(number, onPath);
    this.#seen.read(number, this.#words);
    const next: number[] = [];
    this.#steps.withoutFaults(this.#world.unpack(this.#words), (after) => {
      this.steps += 1;
      const follower = this.#numberOf(after);
      if (follower !== number) next.push(follower);
    });
    return { number, next };
  }

  #numberOf(state: State): number {
    this.#world.pack(state, this.#words);
    const { size } = this.#seen;
    const number = this.#seen.add(this.#words);
    if (this.#seen.size > size) this.#marks.push(0);
    return number;
  }

  #rootWithoutFaults(root: number): State {
    this.#roots.read(root, this.#words);
    return { ...this.#world.unpack(this.#words), left: this.#world.noFaults };
  }

  /** The shortest way into the circle, and then once round. */
  #plot(circle: readonly number[]): Plot {
    for (let root = 0; ; root += 1) {
      const index = circle.indexOf(this.#numberOf(this.#rootWithoutFaults(root)));
      if (index < 0) continue;
      const round = [...circle.slice(index + 1), ...circle.slice(0, index + 1)].map((number) => {
        this.#seen.read(number, this.#words);
        return this.#world.unpack(this.#words);
      });
      return { at: root, round, detail: 'without faults it goes round for ever' };
    }
  }
}
