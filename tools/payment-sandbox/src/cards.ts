import type { ErrorBody } from './stripe-error.ts';

const declined = (decline_code: string, code = 'card_declined'): ErrorBody => ({
  type: 'card_error',
  code,
  decline_code,
  message: code === 'card_declined' ? 'Your card was declined.' : `Your card was declined: ${code}.`,
});

/** Stripe's test payment methods, and what becomes of a payment with each: null is accepted. */
export const cards: ReadonlyMap<string, ErrorBody | null> = new Map([
  ['pm_card_visa', null],
  ['pm_card_visa_debit', null],
  ['pm_card_mastercard', null],
  ['pm_card_amex', null],
  ['pm_card_chargeDeclined', declined('generic_decline')],
  ['pm_card_chargeDeclinedInsufficientFunds', declined('insufficient_funds')],
  ['pm_card_chargeDeclinedLostCard', declined('lost_card')],
  ['pm_card_chargeDeclinedStolenCard', declined('stolen_card')],
  ['pm_card_chargeDeclinedExpiredCard', declined('expired_card', 'expired_card')],
  ['pm_card_chargeDeclinedIncorrectCvc', declined('incorrect_cvc', 'incorrect_cvc')],
  ['pm_card_chargeDeclinedProcessingError', declined('processing_error', 'processing_error')],
  ['pm_card_authenticationRequired', declined('authentication_required', 'authentication_required')],
]);
