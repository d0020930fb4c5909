import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';

import { aheadOfFastify } from './ahead-of-fastify.ts';

const mostPerConnection = 8;

/**
 * Hangs up on clients that send request after request without waiting for an answer. Node begins all that it has read, before it
 * looks at anybody else, and keeps what nobody reads.
 */
@Injectable()
export class Pipelining implements OnModuleInit {
  private readonly underWay = new WeakMap<Socket, number>();

  constructor(private readonly host: HttpAdapterHost) {}

  onModuleInit(): void {
    const server = this.host.httpAdapter.getHttpServer() as Server;
    aheadOfFastify(server, (request, response) => this.hangsUp(request, response));
  }

  private hangsUp({ socket }: IncomingMessage, response: ServerResponse): boolean {
    // The parser goes on to the end of what was read with the last.
    if (socket.destroyed) return true;
    const count = this.countOf(socket) + 1;
    if (count > mostPerConnection) {
      socket.destroy();
      return true;
    }
    this.underWay.set(socket, count);
    response.once('close', () => this.underWay.set(socket, this.countOf(socket) - 1));
    return false;
  }

  private countOf(socket: Socket): number {
    return this.underWay.get(socket) ?? 0;
  }
}
