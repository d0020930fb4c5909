import { Injectable } from '@nestjs/common';
import type { Transaction } from '@towpath/database';
import { StockCommitted, StockRejected, StockReleased, StockReserved } from '@towpath/messages';
import { Anomalies, Outbox } from '@towpath/messaging';

import { ProductCache } from '../products/product-cache.ts';
import {
  isReported,
  type ReservationMove,
  reservationMoves,
  type ReservationState,
  type StockCommand,
} from './reservation.machine.ts';
import { ReservationRepository } from './reservation.repository.ts';
import { StockRepository } from './stock.repository.ts';
import { perProduct, type StockLine } from './stock-line.ts';

interface Asked {
  readonly command: StockCommand;
  readonly orderId: string;
  /** Only ReserveStock says what the order is about. */
  readonly lines?: readonly StockLine[];
  /** The command was said again and demands a report. */
  readonly snapshot: boolean;
}

type Hold = Extract<ReservationMove, { effect: 'hold' }>;

const reports = {
  RESERVED: StockReserved,
  REJECTED: StockRejected,
  COMMITTED: StockCommitted,
  RELEASED: StockReleased,
} as const;

/** Takes an order's reservation to where a command wants it, and reports where it is. */
@Injectable()
export class MoveReservation {
  constructor(
    private readonly reservations: ReservationRepository,
    private readonly stock: StockRepository,
    private readonly outbox: Outbox,
    private readonly anomalies: Anomalies,
    private readonly cache: ProductCache,
  ) {}

  async execute(tx: Transaction, asked: Asked): Promise<void> {
    const { command, orderId, snapshot } = asked;
    const before = await this.reservations.lock(tx, orderId);
    const move = reservationMoves[before][command];
    if (!move) await this.anomalies.record(tx, 'illegal', { orderId, command, state: before });
    const after = move && move.to !== before ? await this.move(tx, asked, move) : before;
    if (isReported(before, after, snapshot)) await this.outbox.publish(tx, reports[after], { orderId }, { snapshot });
  }

  private async move(
    tx: Transaction,
    { orderId, lines = [] }: Asked,
    move: ReservationMove,
  ): Promise<ReservationState> {
    if (move.effect === 'hold') return this.hold(tx, orderId, perProduct(lines), move);
    if (move.effect) {
      const held = await this.reservations.lines(tx, orderId);
      await this.stock[move.effect](tx, held);
      this.forgetLater(tx, held);
    }
    await this.reservations.store(tx, orderId, move.to);
    return move.to;
  }

  private async hold(
    tx: Transaction,
    orderId: string,
    lines: readonly StockLine[],
    move: Hold,
  ): Promise<ReservationState> {
    if (!(await this.stock.hold(tx, lines))) {
      await this.reservations.store(tx, orderId, move.orElse);
      return move.orElse;
    }
    this.forgetLater(tx, lines);
    await this.reservations.store(tx, orderId, move.to, lines);
    return move.to;
  }

  private forgetLater(tx: Transaction, lines: readonly StockLine[]): void {
    tx.afterCommit(() => this.cache.forget(lines.map((line) => line.productId)));
  }
}
