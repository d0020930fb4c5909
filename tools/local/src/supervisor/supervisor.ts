import { EventEmitter } from 'node:events';

import { Guard } from './guard.ts';
import { type Backoff, KeptProcess, Stopped } from './kept-process.ts';
import type { ProcessEnded, ProcessSpec } from './managed-process.ts';

interface Events {
  /** A process wrote a line. */
  line: [name: string, line: string];
  /** A process is ready, for the first time or again. */
  ready: [name: string, pid: number];
  /** A process ended that nobody had asked to. */
  crash: [ended: ProcessEnded];
}

const defaultBackoff: Backoff = { firstMs: 100, mostMs: 5_000, trustedAfterMs: 10_000 };

/**
 * Starts processes in groups, restarts those that end unasked, and stops the groups last first. Whatever it started is
 * gone when it is: after `stop`, and also when it is killed itself.
 */
export class Supervisor extends EventEmitter<Events> {
  private readonly backoff: Backoff;
  private readonly guard = new Guard();
  private readonly groups: KeptProcess[][] = [];
  private readonly stopping = new AbortController();

  constructor(backoff: Backoff = defaultBackoff) {
    super();
    this.backoff = backoff;
  }

  /** Starts a group together and resolves when all are ready. @throws ProcessEnded of the first that does not become so */
  async start(...specs: ProcessSpec[]): Promise<void> {
    if (this.stopping.signal.aborted) throw new Stopped();
    const group = specs.map((spec) => this.keep(spec));
    this.groups.push(group);
    await Promise.all(group.map((process) => process.start()));
  }

  /** The process id of the current run of `name`; 0 while it is down. */
  pid(name: string): number {
    return this.find(name).pid;
  }

  /** Sends a signal; a process that ends from it is restarted like any that crashed. */
  signal(name: string, signal: NodeJS.Signals): void {
    this.find(name).signal(signal);
  }

  /**
   * Kills it (`politely`: asks it to end) and resolves when it is gone. That is no crash: it is started again `forMs` from now,
   * or when `up` is called.
   */
  down(name: string, options: { forMs?: number; politely?: boolean } = {}): Promise<void> {
    return this.find(name).down(options);
  }

  /** Ends an absence; resolves when `name` is ready. */
  up(name: string): Promise<void> {
    return this.find(name).up();
  }

  /** What is different from its next run on. */
  change(name: string, change: Partial<ProcessSpec>): void {
    this.find(name).change(change);
  }

  /** Resolves when it is ready, with the milliseconds that this took from its last start. @throws Stopped */
  untilReady(name: string): Promise<number> {
    return this.find(name).untilReady();
  }

  /** Stops the groups in the reverse order of their start. */
  async stop(): Promise<void> {
    this.stopping.abort();
    for (const group of this.groups.toReversed()) await Promise.all(group.map((process) => process.stop()));
    this.guard.close();
  }

  /** Ends everything at once, for somebody who will not wait. */
  async kill(): Promise<void> {
    this.stopping.abort();
    await Promise.all(this.groups.flat().map((process) => process.kill()));
    this.guard.close();
  }

  private keep(spec: ProcessSpec): KeptProcess {
    const process = new KeptProcess(spec, this.backoff, this.stopping.signal);
    process.on('line', (line) => this.emit('line', spec.name, line));
    process.on('ready', (pid) => this.emit('ready', spec.name, pid));
    process.on('crash', (ended) => this.emit('crash', ended));
    process.on('spawn', (pid) => this.guard.watch(pid));
    process.on('exit', (pid) => this.guard.release(pid));
    return process;
  }

  private find(name: string): KeptProcess {
    const found = this.groups.flat().find((process) => process.name === name);
    if (found === undefined) throw new Error(`No process called ${name} was started`);
    return found;
  }
}
