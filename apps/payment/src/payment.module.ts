import type { OnModuleInit } from '@nestjs/common';
import { AuthModule } from '@towpath/auth';
import { DatabaseModule } from '@towpath/database';
import { isRemoved } from '@towpath/failpoints';
import { Lifecycle } from '@towpath/health';
import { MessagingModule } from '@towpath/messaging';
import { Service } from '@towpath/service-defaults';

import { PaymentConfig } from './payment.config.ts';
import { AdvancePayment } from './payments/advance-payment.use-case.ts';
import { LedgerRepository } from './payments/ledger.repository.ts';
import { MovePayment } from './payments/move-payment.use-case.ts';
import { OperationRepository } from './payments/operation.repository.ts';
import { OperationSignal } from './payments/operation-signal.ts';
import { PaymentRepository } from './payments/payment.repository.ts';
import { PaymentCommandConsumer } from './payments/payment-command.consumer.ts';
import { PaymentProvider } from './payments/payment-provider.ts';
import { PerformOperation } from './payments/perform-operation.use-case.ts';
import { ProviderClient } from './payments/provider-client.ts';
import { ProviderWorker } from './payments/provider-worker.ts';
import { SettleOperation } from './payments/settle-operation.use-case.ts';
import { WithoutProviderKey } from './payments/without-provider-key.ts';
import { ProviderEventController } from './provider-events/provider-event.controller.ts';
import { ProviderEventRepository } from './provider-events/provider-event.repository.ts';
import { ProviderSignature } from './provider-events/provider-signature.ts';
import { TakeProviderEvent } from './provider-events/take-provider-event.use-case.ts';
import { OrderReport } from './reconciliation/order-report.ts';
import { ProviderReport } from './reconciliation/provider-report.ts';
import { reconcileCommand } from './reconciliation/reconcile.command.ts';
import { Reconcile } from './reconciliation/reconcile.use-case.ts';
import { Reconciler } from './reconciliation/reconciler.ts';
import { ReconciliationRepository } from './reconciliation/reconciliation.repository.ts';
import { ReconciliationLock } from './reconciliation/reconciliation-lock.repository.ts';
import { Reports } from './reconciliation/reports.ts';

const useCases = [MovePayment, AdvancePayment, PerformOperation, SettleOperation, TakeProviderEvent, Reconcile];
const repositories = [PaymentRepository, OperationRepository, LedgerRepository, ProviderEventRepository];
const provider = [ProviderClient, PaymentProvider, ProviderSignature, ProviderWorker, OperationSignal];
const reconciliation = [Reconciler, ReconciliationLock, ReconciliationRepository, Reports, ProviderReport, OrderReport];
const instead =
  TOWPATH_TEST_BUILD && isRemoved('provider-key') ? [{ provide: PaymentProvider, useClass: WithoutProviderKey }] : [];

@Service({
  name: 'payment',
  settings: [PaymentConfig],
  imports: [DatabaseModule, MessagingModule, AuthModule],
  controllers: [ProviderEventController],
  providers: [PaymentCommandConsumer, ...useCases, ...repositories, ...provider, ...reconciliation, ...instead],
})
export class PaymentModule implements OnModuleInit {
  static readonly commands = [reconcileCommand];

  constructor(
    private readonly lifecycle: Lifecycle,
    private readonly worker: ProviderWorker,
    private readonly reconciler: Reconciler,
  ) {}

  onModuleInit(): void {
    this.lifecycle.background(this.worker);
    this.lifecycle.background(this.reconciler);
  }
}
