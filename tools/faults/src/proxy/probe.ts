import { Agent, get } from 'node:http';

/** What a probe found out has changed. */
type Listener = (isReady: boolean) => void;

/** Slower than this only under a load that says nothing about the process, or when it is paused. */
const answerWithinMs = 1_000;

/** Asks a process over and over whether it is ready, as an orchestrator does. */
export class Probe {
  private readonly url: string;
  private readonly everyMs: number;
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 1 });
  private readonly listeners: Listener[] = [];
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;
  private ready = false;

  constructor(management: string, everyMs = 100) {
    this.url = `${management}/ready`;
    this.everyMs = everyMs;
    this.ask();
  }

  get isReady(): boolean {
    return this.ready;
  }

  /** Resolves once it is known to be ready. */
  untilReady(): Promise<void> {
    return new Promise((resolve) => {
      if (this.ready) resolve();
      else this.onChange((isReady) => isReady && resolve());
    });
  }

  onChange(listener: Listener): void {
    this.listeners.push(listener);
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
    this.agent.destroy();
  }

  private ask(): void {
    let isAnswered = false;
    const answer = (isReady: boolean) => {
      if (isAnswered || this.stopped) return;
      isAnswered = true;
      this.note(isReady);
      this.timer = setTimeout(() => this.ask(), this.everyMs);
    };
    const request = get(this.url, { agent: this.agent, timeout: answerWithinMs }, (response) => {
      response.resume();
      answer(response.statusCode === 200);
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => answer(false));
    request.on('close', () => answer(false));
  }

  private note(isReady: boolean): void {
    if (isReady === this.ready) return;
    this.ready = isReady;
    for (const listener of this.listeners) listener(isReady);
  }
}
