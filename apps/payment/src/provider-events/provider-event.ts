import { DomainError } from '@towpath/errors';
import type Stripe from 'stripe';
import { z } from 'zod';

const amount = z.int().nonnegative();
/** What names no order as we do is a charge of somebody else at the same provider. */
const metadata = z.object({ order_id: z.uuid().optional().catch(undefined), operation_id: z.string().optional() });

/** All that a charge can be in. Those that settle nothing are no reason to have an event told for days. */
const statuses = [
  'requires_payment_method',
  'requires_confirmation',
  'requires_action',
  'processing',
  'requires_capture',
  'canceled',
  'succeeded',
] as const satisfies readonly Stripe.PaymentIntent.Status[];

const intent = z.object({
  object: z.literal('payment_intent'),
  id: z.string(),
  status: z.enum(statuses),
  amount,
  amount_received: amount.default(0),
  currency: z.string(),
  metadata: metadata.default({}),
  last_payment_error: z
    .looseObject({ decline_code: z.string().optional(), code: z.string().optional(), message: z.string().optional() })
    .nullish(),
});

const refund = z.object({
  object: z.literal('refund'),
  id: z.string(),
  status: z.string().nullish(),
  amount,
  currency: z.string(),
  payment_intent: z.string().nullish(),
  metadata: metadata.nullish(),
});

export type IntentSeen = z.infer<typeof intent>;
export type RefundSeen = z.infer<typeof refund>;

/** The events that say what became of an operation, and what each is about. */
const known = {
  'payment_intent.amount_capturable_updated': intent,
  'payment_intent.succeeded': intent,
  'payment_intent.canceled': intent,
  'payment_intent.payment_failed': intent,
  'refund.created': refund,
  'refund.updated': refund,
  'refund.failed': refund,
} as const satisfies Record<string, z.ZodType>;

const anyEvent = z.object({
  id: z.string().min(1).max(255),
  type: z.string(),
  data: z.object({ object: z.unknown() }),
});

/** What the provider told, as far as it matters here; `other`: nothing does. */
export interface ProviderEvent {
  readonly id: string;
  readonly type: keyof typeof known | 'other';
  readonly about?: IntentSeen | RefundSeen;
}

/** @throws DomainError `invalid-request` for what is signed and still no event */
export function readEvent(event: unknown): ProviderEvent {
  const { id, type, data } = parse(anyEvent, event);
  if (!isKnown(type)) return { id, type: 'other' };
  return { id, type, about: parse<IntentSeen | RefundSeen>(known[type], data.object) };
}

const isKnown = (type: string): type is keyof typeof known => Object.hasOwn(known, type);

function parse<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const pointer = `/${issue?.path.join('/') ?? ''}`;
  const detail = `${pointer}: ${issue?.message}`;
  throw new DomainError('invalid-request', detail, { errors: [{ pointer, detail: issue?.message ?? '' }] });
}
