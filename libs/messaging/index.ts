export { Anomalies } from './anomaly.repository.ts';
export { Consumer, On, type Received } from './consumer.decorators.ts';
export type { DeadLetter } from './dead-letter.repository.ts';
export { DeadLetters, DeadLetterStays } from './dead-letters.ts';
export type { Envelope } from './envelope.ts';
export { Inbox } from './inbox.ts';
export { MessagingModule } from './messaging.module.ts';
export { Outbox } from './outbox.ts';
