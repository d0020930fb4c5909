import { subscribe } from 'node:diagnostics_channel';

import { failpoint } from '@towpath/failpoints';

interface Sent {
  readonly request: { readonly origin: string | URL };
}

/** Test builds only: only what writes to the wire knows when a request to the provider has gone out. */
export function dieAfterRequests(providerUrl: string): void {
  const { origin } = new URL(providerUrl);
  subscribe('undici:request:bodySent', (message) => {
    if (String((message as Sent).request.origin) === origin) failpoint('provider.request-sent', 'after');
  });
}
