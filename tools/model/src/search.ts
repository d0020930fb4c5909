import { CircleSearch } from './circle-search.ts';
import { endHarmsOf, type Harm, harmOf } from './judgement.ts';
import { NumberList } from './number-list.ts';
import { type Rules, rules as codesRules } from './rules.ts';
import { StateStore } from './state-store.ts';
import { Steps } from './steps.ts';
import { type Plot, Storyteller } from './story.ts';
import { type Bounds, channelNames, type State, wordsPerState, World } from './world.ts';

/** So many messages are never under way in a stream, unless nothing ever moves its cursor. */
const longestStream = 20;

export interface SearchOptions {
  readonly bounds: Bounds;
  readonly rules?: Rules;
  /** Goes on until each of these is found, and minds nothing else. Unless said, the first harm of any kind ends the search. */
  readonly harms?: readonly Harm[];
  readonly say?: (progress: string) => void;
}

export interface Finding {
  readonly harm: Harm;
  readonly detail: string;
  /** What led to it, step by step. */
  readonly story: string[];
}

export interface SearchResult {
  readonly states: number;
  readonly statesWithoutFaults: number;
  readonly steps: number;
  /** The ways in which it ends, and in how many states. */
  readonly ends: Readonly<Record<string, number>>;
  readonly ms: number;
  readonly findings: readonly Finding[];
}

export const search = (options: SearchOptions): SearchResult => new Search(options).run();

/** Sees every state that can be reached, breadth first, so that a story is as short as can be; then looks for circles. */
class Search {
  readonly #options: SearchOptions;
  readonly #world: World;
  readonly #steps: Steps;
  readonly #seen = new StateStore();
  /** Of each state, the one from which it was found first. */
  readonly #origins = new NumberList();
  readonly #findings = new Map<Harm, Plot>();
  readonly #words = new Uint32Array(wordsPerState);
  readonly #ends: Record<string, number> = {};
  #count = 0;

  constructor(options: SearchOptions) {
    this.#options = options;
    this.#world = new World(options.rules ?? codesRules);
    this.#steps = new Steps(this.#world);
  }

  run(): SearchResult {
    const began = performance.now();
    const { bounds } = this.#options;
    this.#find({ ...this.#steps.first, left: this.#world.bounds.of(bounds) }, 0);
    for (let number = 0; number < this.#seen.size && !this.#isDone; number += 1) {
      this.#visit(number);
      if (number % 100_000 === 0) this.#options.say?.(`${number} of ${this.#seen.size} states so far`);
    }
    const circles = new CircleSearch(this.#world, this.#steps, this.#seen);
    if (!this.#isDone) this.#lookForCircle(circles);
    const teller = new Storyteller(this.#world, this.#steps, this.#seen, this.#origins);
    return {
      states: this.#seen.size,
      statesWithoutFaults: circles.states,
      steps: this.#count + circles.steps,
      ends: this.#ends,
      ms: performance.now() - began,
      findings: [...this.#findings].map(([harm, plot]) => ({ harm, detail: plot.detail, story: teller.tell(plot) })),
    };
  }

  get #isDone(): boolean {
    return this.#findings.size >= (this.#options.harms?.length ?? 1);
  }

  #visit(number: number): void {
    const state = this.#read(number);
    if (this.#steps.isEnd(state)) this.#end(state, number);
    this.#steps.all(state, (after, _, wrong) => {
      this.#count += 1;
      if (wrong) this.#note('against the tables', { at: number, then: after, detail: wrong });
      else this.#find(after, number);
    });
  }

  #end(state: State, number: number): void {
    const end = `${state.order.status}, ${state.shelf.reservation}, ${state.money.state}`;
    this.#ends[end] = (this.#ends[end] ?? 0) + 1;
    for (const harm of endHarmsOf(state, this.#world)) this.#note(harm, { at: number });
  }

  #find(state: State, origin: number): void {
    if (channelNames.some((name) => state[name].last > longestStream))
      return this.#note('without end', { at: origin, then: state, detail: 'a stream grows for ever' });
    const { size } = this.#seen;
    this.#world.pack(state, this.#words);
    const number = this.#seen.add(this.#words);
    if (this.#seen.size === size) return;
    this.#origins.push(origin);
    const harm = harmOf(state);
    if (harm) this.#note(harm, { at: number });
  }

  #read(number: number): State {
    this.#seen.read(number, this.#words);
    return this.#world.unpack(this.#words);
  }

  #note(harm: Harm, { detail = harm, ...plot }: Partial<Plot> & { at: number }): void {
    const { harms } = this.#options;
    if (!this.#findings.has(harm) && (harms?.includes(harm) ?? true)) this.#findings.set(harm, { ...plot, detail });
  }

  #lookForCircle(circles: CircleSearch): void {
    const circle = circles.find(this.#options.say);
    if (circle) this.#note('without end', circle);
  }
}
