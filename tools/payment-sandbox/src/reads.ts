import type { Answer, Book } from './book.ts';
import type { Form } from './form.ts';
import { requireIntent } from './payment-intents.ts';
import { invalidRequest, notFound } from './stripe-error.ts';

export function retrieveIntent(form: Form, id: string): (book: Book) => Answer {
  form.done();
  return (book) => ({ status: 200, body: requireIntent(book, id) });
}

export function listIntents(form: Form): (book: Book) => Answer {
  const page = readPage(form);
  form.done();
  return (book) => page(book.allIntents(), '/v1/payment_intents');
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

function readPage(form: Form): (all: { id: string }[], url: string) => Answer {
  const limit = form.optionalInteger('limit', 1, 100) ?? 10;
  const after = form.optionalText('starting_after');
  return (all, url) => {
    const last = after === undefined ? -1 : all.findIndex(({ id }) => id === after);
    if (after !== undefined && last === -1) {
      throw notFound('object', after, 'starting_after');
    }
    const data = all.slice(last + 1, last + 1 + limit);
    const has_more = all.length > last + 1 + limit;
    return { status: 200, body: { object: 'list', url, has_more, data } };
  };
}
