import type { Server } from 'node:http';
import type { Socket } from 'node:net';

import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';

import { GatewayConfig } from './gateway.config.ts';
import { networkOf } from './limits/client-address.ts';
import { LimitsConfig } from './limits/limits.config.ts';

/** Bounds the connections of all and, unless they come through proxies of ours, of each address, so that nobody has them all. */
@Injectable()
export class Connections implements OnModuleInit {
  private readonly open = new Map<string, number>();

  constructor(
    private readonly config: GatewayConfig,
    private readonly limits: LimitsConfig,
    private readonly host: HttpAdapterHost,
  ) {}

  onModuleInit(): void {
    const server = this.host.httpAdapter.getHttpServer() as Server;
    server.maxConnections = this.config.maxConnections;
    if (this.limits.trustedProxyHops === 0) server.on('connection', (socket) => this.admit(socket));
  }

  private admit(socket: Socket): void {
    const address = networkOf(socket.remoteAddress ?? '');
    const open = this.open.get(address) ?? 0;
    if (open >= this.config.maxConnectionsPerAddress) {
      socket.destroy();
      return;
    }
    this.open.set(address, open + 1);
    socket.once('close', () => this.leave(address));
  }

  private leave(address: string): void {
    const open = this.open.get(address) ?? 0;
    if (open > 1) this.open.set(address, open - 1);
    else this.open.delete(address);
  }
}
