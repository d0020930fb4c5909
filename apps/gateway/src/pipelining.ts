import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';

import { aheadOfFastify } from './ahead-of-fastify.ts';

const mostPerConnection = 8;

/**
 * Begins the requests of a connection one after another, as they are answered, and hangs up on clients that send many without
 * waiting. Node begins all that it has read, before it looks at anybody else, and keeps what nobody reads.
 */
@Injectable()
export class Pipelining implements OnModuleInit {
  private readonly waiting = new WeakMap<Socket, (() => void)[]>();

  constructor(private readonly host: HttpAdapterHost) {}

  onModuleInit(): void {
    const server = this.host.httpAdapter.getHttpServer() as Server;
    aheadOfFastify(server, ({ socket }, response, begin) => this.line(socket, response, begin));
  }

  /** The first begins once all is known that was read with it: of a client that is hung up on, nothing has begun then. */
  private line(socket: Socket, response: ServerResponse, begin: () => void): void {
    // The parser goes on to the end of what was read with the last.
    if (socket.destroyed) return;
    const line = this.lineOf(socket);
    if (line.length === mostPerConnection) {
      socket.destroy();
      return;
    }
    const beginUnlessGone = () => void (socket.destroyed || begin());
    response.once('close', () => {
      line.shift();
      line[0]?.();
    });
    if (line.push(beginUnlessGone) === 1) setImmediate(beginUnlessGone);
  }

  private lineOf(socket: Socket): (() => void)[] {
    const known = this.waiting.get(socket);
    if (known) return known;
    const line: (() => void)[] = [];
    this.waiting.set(socket, line);
    return line;
  }
}
