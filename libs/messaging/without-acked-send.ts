import { DirectClients, type Frame, type Reply } from './direct.clients.ts';

/** Messages go out as Nest's events, which nobody answers. */
export class WithoutAckedSend extends DirectClients {
  protected override async ask(receiver: string, frame: Frame): Promise<Reply> {
    // eslint-disable-next-line emit/syntax -- it loses errors: this is here to show that
    this.client(receiver).emit('messages.v1', frame);
    return { ack: true, id: frame.envelope.id };
  }
}
