import type { IncomingHttpHeaders } from 'node:http';

import type { Dispatcher } from 'undici';

import { PipedStream } from './piped-stream.ts';

type Controller = Dispatcher.DispatchController;

export interface Answer<Body = Buffer | PipedStream> {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Body;
}

/** The answer did not come, or did not end, in time. */
export class TooSlow extends Error {}

/**
 * Asks, and resolves with the answer once all of it is there: bodies are small, and as streams they would cost more than all the
 * rest. Only a stream of events comes back as one, once it has begun.
 * @throws TooSlow after `timeoutMs`; whatever undici throws
 */
export function answerOf(
  dispatcher: Dispatcher,
  options: Dispatcher.DispatchOptions,
  timeoutMs: number,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    dispatcher.dispatch(options, new Collector(timeoutMs, resolve, reject));
  });
}

class Collector implements Dispatcher.DispatchHandler {
  private readonly chunks: Buffer[] = [];
  private readonly timer: NodeJS.Timeout;
  private controller?: Controller;
  private late = false;
  private status = 0;
  private headers: IncomingHttpHeaders = {};
  private stream?: PipedStream;

  constructor(
    timeoutMs: number,
    private readonly resolve: (answer: Answer) => void,
    private readonly reject: (error: Error) => void,
  ) {
    this.timer = setTimeout(() => this.giveUp(), timeoutMs);
  }

  onRequestStart(controller: Controller): void {
    this.controller = controller;
    // It waited for a free connection for too long already.
    if (this.late) controller.abort(new TooSlow());
  }

  onResponseStart(controller: Controller, status: number, headers: IncomingHttpHeaders): void {
    this.status = status;
    this.headers = headers;
    if (status !== 200 || headers['content-type'] !== 'text/event-stream') return;
    this.stream = new PipedStream(controller);
    this.finish(this.stream);
  }

  onResponseData(_: Controller, chunk: Buffer): void {
    if (this.stream) this.stream.pass(chunk);
    else this.chunks.push(chunk);
  }

  onResponseEnd(): void {
    if (this.stream) return this.stream.end();
    const [only] = this.chunks;
    return this.finish(this.chunks.length === 1 && only ? only : Buffer.concat(this.chunks));
  }

  onResponseError(_: Controller, error: Error): void {
    clearTimeout(this.timer);
    this.stream?.destroy(error);
    this.reject(error);
  }

  private finish(body: Answer['body']): void {
    clearTimeout(this.timer);
    this.resolve({ status: this.status, headers: this.headers, body });
  }

  private giveUp(): void {
    this.late = true;
    this.controller?.abort(new TooSlow());
    this.reject(new TooSlow());
  }
}
