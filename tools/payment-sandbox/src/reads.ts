import type { Answer, Book, PaymentIntent } from './book.ts';
import type { Form } from './form.ts';
import { requireIntent } from './payment-intents.ts';
import { invalidRequest, notFound } from './stripe-error.ts';

export function retrieveIntent(form: Form, id: string): (book: Book) => Answer {
  const expand = Object.values(form.map('expand'));
  form.done();
  return (book) => {
    const intent = requireIntent(book, id);
    const charge = expand.includes('latest_charge') && { latest_charge: chargeOf(book, intent) };
    return { status: 200, body: { ...intent, ...charge } };
  };
}

export function listIntents(form: Form): (book: Book) => Answer {
  const expand = Object.values(form.map('expand'));
  const page = readPage(form);
  form.done();
  return (book) => {
    const charged = (intent: PaymentIntent): object => ({ ...intent, latest_charge: chargeOf(book, intent) });
    return page(
      book.allIntents(),
      '/v1/payment_intents',
      expand.includes('data.latest_charge') ? charged : (intent) => intent,
    );
  };
}

export function listRefunds(form: Form): (book: Book) => Answer {
  const intent = form.optionalText('payment_intent');
  const page = readPage(form);
  form.done();
  return (book) => {
    const refunds = book.allRefunds();
    return page(intent ? refunds.filter((refund) => refund.payment_intent === intent) : refunds, '/v1/refunds');
  };
}

/** Of Stripe's query language only `metadata['key']:'value'`. Unlike Stripe's index, this one is never behind. */
export function searchIntents(form: Form): (book: Book) => Answer {
  const query = form.text('query');
  const limit = form.optionalInteger('limit', 1, 100) ?? 10;
  form.done();
  const [, key, value] = /^metadata\[['"]([^'"]+)['"]\]:['"]([^'"]*)['"]$/.exec(query) ?? [];
  if (key === undefined) {
    throw invalidRequest(`We were unable to parse your search query: ${query}`, { param: 'query' });
  }
  return (book) => {
    const found = book.allIntents().filter((intent) => intent.metadata[key] === value);
    const data = found.slice(0, limit);
    const has_more = found.length > limit;
    return {
      status: 200,
      body: { object: 'search_result', url: '/v1/payment_intents/search', has_more, next_page: null, data },
    };
  };
}

/** What the provider holds or took, and what of it went back. */
function chargeOf(book: Book, intent: PaymentIntent): object | null {
  const { latest_charge: id, currency, amount, amount_received } = intent;
  if (id === null) return null;
  const amount_refunded = book.refundedOf(intent);
  return { id, object: 'charge', currency, amount, amount_captured: amount_received, amount_refunded };
}

interface Listed {
  id: string;
  created: number;
}

/** Newest first, as `created` and `starting_after` allow. */
function readPage(form: Form): <T extends Listed>(all: T[], url: string, shown?: (one: T) => object) => Answer {
  const { gte = '0', lte = 'Infinity' } = form.map('created');
  const limit = form.optionalInteger('limit', 1, 100) ?? 10;
  const after = form.optionalText('starting_after');
  return (unbounded, url, shown = (one) => one) => {
    const all = unbounded.filter(({ created }) => created >= Number(gte) && created <= Number(lte));
    const last = after === undefined ? -1 : all.findIndex(({ id }) => id === after);
    if (after !== undefined && last === -1) {
      throw notFound('object', after, 'starting_after');
    }
    const data = all.slice(last + 1, last + 1 + limit).map(shown);
    const has_more = all.length > last + 1 + limit;
    return { status: 200, body: { object: 'list', url, has_more, data } };
  };
}
