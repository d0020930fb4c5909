import type { Link } from '../proxy/link.ts';
import type { Toxic } from '../proxy/toxic.ts';
import type { Random } from '../random.ts';
import type { FaultRecord } from '../result.ts';
import type { ShopProcess } from '../shop/shop-process.ts';
import type { Clock } from './clock.ts';
import type { FaultLog } from './fault-log.ts';

/** One thing to be done to the shop. */
export interface Fault {
  /** `kill service`, `partition`: what it counts as. */
  readonly fault: string;
  readonly target: string;
  readonly detail?: string;
  /** What is open at the target at this moment; a fault that meets nothing has not hit. */
  readonly inFlight: () => Promise<number>;
  /** Hurts, heals, and resolves with the milliseconds until the target worked again, where that means something. */
  readonly act: () => Promise<number | undefined>;
}

/** What the nemesis must know of the shop. */
export interface Victims {
  readonly processes: readonly ShopProcess[];
  readonly links: readonly Link[];
}

/** How long it lies in wait for its victim to have work, in milliseconds, and how often it looks. */
const ambushMs = 1_500;
const lookEveryMs = 10;

/** Makes the faults: each through it, so that each is aimed at work in flight, drawn from the seed, and written down. */
export class Nemesis {
  readonly random: Random;
  readonly log: FaultLog;
  private readonly victims: Victims;
  private readonly clock: Clock;

  constructor(victims: Victims, random: Random, log: FaultLog, clock: Clock) {
    this.victims = victims;
    this.random = random;
    this.log = log;
    this.clock = clock;
  }

  /** Waits for work at the target, looks once more, hurts, and notes it when the target works again. */
  async make({ fault, target, detail, inFlight, act }: Fault): Promise<FaultRecord> {
    const open = await this.lieInWait(inFlight);
    // Whoever goes on after the end of the run is not to hurt what is being looked at.
    this.clock.signal.throwIfAborted();
    const atMs = this.clock.elapsedMs;
    const recoveredMs = await act();
    const record: FaultRecord = { atMs, fault, target, detail, inFlight: open, hit: open > 0, recoveredMs };
    this.log.write(record);
    return record;
  }

  /** `kill -9`; it stays away for `downMs` and then comes back by itself. Resolves when it is ready again. */
  kill(process: ShopProcess, downMs = 0): Promise<FaultRecord> {
    return this.make({
      fault: `kill ${kindOf(process)}`,
      target: process.name,
      detail: `down for ${downMs} ms`,
      inFlight: () => process.inFlight(),
      act: async () => {
        await process.kill(downMs);
        return process.untilReady();
      },
    });
  }

  /** Stops it in its tracks: nobody is told, no connection is closed. */
  pause(process: ShopProcess, ms: number): Promise<FaultRecord> {
    return this.make({
      fault: `pause ${kindOf(process)}`,
      target: process.name,
      detail: `for ${ms} ms`,
      inFlight: () => process.inFlight(),
      act: async () => {
        await process.pause(ms);
        return undefined;
      },
    });
  }

  /** SIGTERM, as an orchestrator asks; resolves when its successor is ready. */
  terminate(process: ShopProcess): Promise<FaultRecord> {
    return this.make({
      fault: `terminate ${kindOf(process)}`,
      target: process.name,
      inFlight: () => process.inFlight(),
      act: async () => {
        await process.terminate();
        return process.untilReady();
      },
    });
  }

  /** All of them are away at once, for `ms`. Resolves when all are back, with what it took the slowest. */
  outage(fault: string, processes: readonly ShopProcess[], ms: number): Promise<FaultRecord> {
    return this.make({
      fault,
      target: processes.map(({ name }) => name).join(', '),
      detail: `down for ${ms} ms`,
      inFlight: () => sum(processes.map((process) => process.inFlight())),
      act: async () => {
        await Promise.all(processes.map((process) => process.down()));
        await this.clock.sleep(ms);
        const backAt = performance.now();
        await Promise.all(processes.map((process) => process.up()));
        return Math.round(performance.now() - backAt);
      },
    });
  }

  /** The links have these toxics for `ms`; then they are as before. */
  during(fault: string, links: readonly Link[], toxics: readonly Toxic[], ms: number): Promise<FaultRecord> {
    return this.make({
      fault,
      target: nameOf(links),
      detail: `${JSON.stringify(toxics)} for ${ms} ms`,
      inFlight: () => this.through(links),
      act: async () => {
        for (const link of links) link.set(...toxics);
        await this.clock.sleep(ms).finally(() => links.forEach((link) => link.heal()));
        return undefined;
      },
    });
  }

  /** Every connection of these links is reset at once. */
  reset(links: readonly Link[]): Promise<FaultRecord> {
    return this.make({
      fault: 'reset connections',
      target: nameOf(links),
      inFlight: () => this.through(links),
      act: async () => {
        for (const link of links) link.reset();
        return undefined;
      },
    });
  }

  /** Takes every toxic back. Processes come back by themselves. */
  heal(): void {
    for (const link of this.victims.links) link.heal();
  }

  private async lieInWait(inFlight: () => Promise<number>): Promise<number> {
    const giveUpAt = performance.now() + ambushMs;
    let open = await inFlight();
    while (open === 0 && performance.now() < giveUpAt) {
      await this.clock.sleep(lookEveryMs);
      open = await inFlight();
    }
    return open;
  }

  /**
   * Connections of these links over which somebody waits for an answer. Of a broker's clients one always does, for messages
   * that may come: there the work at their ends counts.
   */
  private through(links: readonly Link[]): Promise<number> {
    const waited = links.filter(({ waiting }) => waiting > 0);
    const counts = waited.map(({ from, to, waiting }) => {
      const ends = this.victims.processes.filter(({ name }) => name === from || name === to);
      if (ends.every(({ kind }) => kind !== 'kafka')) return Promise.resolve(waiting);
      return sum(ends.filter(({ kind }) => kind === 'service').map((process) => process.inFlight()));
    });
    return sum(counts);
  }
}

/** What a fault of this process counts as. */
export function kindOf({ kind, service, role }: ShopProcess): string {
  if (kind !== 'service') return kind;
  return role === 'worker' ? `${service} worker` : (service ?? kind);
}

function nameOf(links: readonly Link[]): string {
  return links.map(({ name }) => name).join(', ');
}

async function sum(counts: readonly Promise<number>[]): Promise<number> {
  return (await Promise.all(counts)).reduce((total, count) => total + count, 0);
}
