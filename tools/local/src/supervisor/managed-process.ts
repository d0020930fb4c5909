import { type ChildProcess, spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

import { UserError } from '../user-error.ts';
import { descendantsOf } from './process-table.ts';

/** How a process is started, known to be ready, and asked to stop. */
export interface ProcessSpec {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly account?: { readonly uid: number; readonly gid: number } | undefined;
  /** Ready once this URL answers 200, once a line of its output contains this text, or once it ends with exit code 0. */
  readonly ready: { readonly url: string } | { readonly line: string } | 'when it ends';
  readonly readyWithinMs?: number;
  readonly stopSignal?: NodeJS.Signals;
  readonly stopWithinMs?: number;
}

/** A process that ended, or never became ready: which one, how, and the last lines that it wrote. */
export class ProcessEnded extends UserError {
  readonly processName: string;
  readonly how: string;
  readonly lastLines: readonly string[];

  constructor(processName: string, how: string, lastLines: readonly string[]) {
    super(`${processName} ${how}. ${quote(lastLines)}`);
    this.processName = processName;
    this.how = how;
    this.lastLines = lastLines;
  }
}

interface Events {
  spawn: [pid: number];
  line: [line: string];
  exit: [ended: ProcessEnded];
}

const keptLines = 12;

/** One run of one process: it starts once, becomes ready or fails, and ends once. */
export class ManagedProcess extends EventEmitter<Events> {
  readonly spec: ProcessSpec;
  readonly lastLines: string[] = [];
  private ending: ProcessEnded | undefined;
  private exitCode: number | null = null;
  private child: ChildProcess | undefined;

  constructor(spec: ProcessSpec) {
    super();
    this.spec = spec;
  }

  get pid(): number {
    return this.child?.pid ?? 0;
  }

  /** @throws ProcessEnded when it ends or stays silent instead of becoming ready */
  async start(): Promise<void> {
    const { name, readyWithinMs = 60_000 } = this.spec;
    await this.spawn();
    if (await this.becomesReady(AbortSignal.timeout(readyWithinMs))) return;
    if (this.ending !== undefined) throw this.ending;
    await this.kill();
    throw new ProcessEnded(name, `was not ready within ${readyWithinMs / 1000} s`, this.lastLines);
  }

  /** Asks it to end, and kills it if it has not within the time its spec allows. */
  async stop(): Promise<void> {
    if (!this.running) return;
    this.signal(this.spec.stopSignal ?? 'SIGTERM');
    // One that is paused would not hear it.
    this.signal('SIGCONT');
    const inTime = await Promise.race([
      this.ended().then(() => true),
      sleep(this.spec.stopWithinMs ?? 10_000, false, { ref: false }),
    ]);
    if (!inTime) await this.kill();
  }

  async kill(): Promise<void> {
    this.signal('SIGKILL');
    await this.ended();
  }

  /**
   * Signals it and what it started: each process leads a group of its own. What nobody can refuse (to be killed, paused, woken)
   * reaches also those that left the group, as PostgreSQL's children do.
   */
  signal(signal: NodeJS.Signals): void {
    if (!this.running) return;
    const isForced = ['SIGKILL', 'SIGSTOP', 'SIGCONT'].includes(signal);
    // Who is paused starts nothing while we look.
    if (signal === 'SIGKILL') send(-this.pid, 'SIGSTOP');
    if (signal === 'SIGSTOP') send(-this.pid, signal);
    const left = isForced ? descendantsOf(this.pid) : [];
    for (const pid of left) send(pid, signal);
    send(-this.pid, signal);
  }

  /** Resolves when it has ended, or never began; with how. */
  async ended(): Promise<ProcessEnded | undefined> {
    if (this.running) await once(this, 'exit');
    return this.ending;
  }

  get running(): boolean {
    return this.child?.pid !== undefined && this.ending === undefined;
  }

  private async spawn(): Promise<void> {
    const { name, command, args, cwd, env, account } = this.spec;
    const child = spawn(command, args, { cwd, env, ...account, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    this.child = child;
    for (const stream of [child.stdout, child.stderr])
      createInterface({ input: stream }).on('line', (line) => this.keep(line));
    // Not 'exit': PostgreSQL's children share its output, and a new one must not start beside them.
    child.once('close', (code, signal) => this.end(code, signal));
    try {
      await once(child, 'spawn');
    } catch (error) {
      throw new ProcessEnded(name, `could not be started: ${(error as Error).message}`, []);
    }
    this.emit('spawn', this.pid);
  }

  private end(code: number | null, signal: NodeJS.Signals | null): void {
    this.exitCode = code;
    const how = signal === null ? `stopped with exit code ${code}` : `was killed by ${signal}`;
    this.ending = new ProcessEnded(this.spec.name, how, this.lastLines);
    this.emit('exit', this.ending);
  }

  private becomesReady(giveUp: AbortSignal): Promise<boolean> {
    const { ready } = this.spec;
    if (ready === 'when it ends') return this.endsWell(giveUp);
    return 'url' in ready ? this.answers(ready.url, giveUp) : this.says(ready.line, giveUp);
  }

  private keep(line: string): void {
    this.lastLines.push(line);
    if (this.lastLines.length > keptLines) this.lastLines.shift();
    this.emit('line', line);
  }

  private async endsWell(giveUp: AbortSignal): Promise<boolean> {
    await Promise.race([this.ended(), once(giveUp, 'abort')]);
    return this.exitCode === 0;
  }

  private async says(text: string, giveUp: AbortSignal): Promise<boolean> {
    const spoken = new Promise<boolean>((resolve) => {
      this.on('line', (line) => line.includes(text) && resolve(true));
      this.once('exit', () => resolve(false));
      giveUp.addEventListener('abort', () => resolve(false));
    });
    return this.lastLines.some((line) => line.includes(text)) || spoken;
  }

  private async answers(url: string, giveUp: AbortSignal): Promise<boolean> {
    while (this.running && !giveUp.aborted) {
      const answer = await fetch(url, { signal: AbortSignal.timeout(1_000) }).catch(() => undefined);
      await answer?.body?.cancel();
      if (answer?.ok) return true;
      await sleep(25);
    }
    return false;
  }
}

/** What is gone already needs no signal. */
function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function quote(lines: readonly string[]): string {
  if (lines.length === 0) return 'It wrote nothing.';
  return ['Its last lines:', ...lines.map((line) => `  │ ${line}`)].join('\n');
}
