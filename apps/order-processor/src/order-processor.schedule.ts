import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Lifecycle, Periodic } from '@towpath/health';

import { IdempotencyKeyRepository } from './idempotency/idempotency-key.repository.ts';
import { OrderProcessorConfig } from './order-processor.config.ts';
import { AskAgain } from './orders/ask-again.use-case.ts';
import { CancelOverdueOrders } from './orders/cancel-overdue-orders.use-case.ts';

/** What happens because time passes. */
@Injectable()
export class OrderProcessorSchedule implements OnModuleInit {
  constructor(
    private readonly lifecycle: Lifecycle,
    private readonly config: OrderProcessorConfig,
    private readonly askAgain: AskAgain,
    private readonly cancelOverdueOrders: CancelOverdueOrders,
    private readonly keys: IdempotencyKeyRepository,
  ) {}

  onModuleInit(): void {
    const { sweepEveryMs, deadlineCheckMs, idempotencyCleanupMs } = this.config;
    this.every(sweepEveryMs, 'asking again', () => this.askAgain.execute());
    this.every(deadlineCheckMs, 'deadlines', () => this.cancelOverdueOrders.execute());
    this.every(idempotencyCleanupMs, 'expired idempotency keys', () => this.keys.forgetExpired());
  }

  private every(everyMs: number, name: string, run: () => Promise<void>): void {
    this.lifecycle.background(new Periodic(name, { everyMs, jitter: 0.2 }, run));
  }
}
