import { Controller, Req } from '@nestjs/common';
import { type AnswerOf, type InputOf, takeProviderEvent } from '@towpath/api';
import { Input, Route } from '@towpath/http';
import { Metrics } from '@towpath/metrics';

import { type ProviderEvent, readEvent } from './provider-event.ts';
import { ProviderSignature } from './provider-signature.ts';
import { TakeProviderEvent } from './take-provider-event.use-case.ts';

@Controller()
export class ProviderEventController {
  private readonly events;

  constructor(
    private readonly signature: ProviderSignature,
    private readonly takeEvent: TakeProviderEvent,
    metrics: Metrics,
  ) {
    this.events = metrics.counter('payment_provider_events_total', 'Events of the payment provider', [
      'type',
      'result',
    ]);
  }

  /** Answers once it is stored: whatever goes wrong before, the provider tells it again. */
  @Route(takeProviderEvent)
  async take(
    @Input() { headers }: InputOf<typeof takeProviderEvent>,
    @Req() { bytes }: { bytes?: Buffer },
  ): Promise<AnswerOf<typeof takeProviderEvent>> {
    const event = this.read(bytes, headers['stripe-signature']);
    const result = await this.takeEvent.execute(event);
    this.events.inc({ type: event.type, result });
    return {};
  }

  private read(bytes: Buffer | undefined, signature: string | undefined): ProviderEvent {
    try {
      return readEvent(this.signature.verified(bytes, signature));
    } catch (error) {
      this.events.inc({ type: 'other', result: 'refused' });
      throw error;
    }
  }
}
