import { DirectClients, type Frame, type Reply } from './direct.clients.ts';

/** Messages go out as Nest's events, which nobody answers. */
export class WithoutAckedSend extends DirectClients {
  protected override async ask(receiver: string, frame: Frame): Promise<Reply> {
    this.client(receiver).emit('messages.v1', frame);
    return { ack: true, id: frame.envelope.id };
  }
}
