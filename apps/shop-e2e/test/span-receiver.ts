import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A span as a service exported it. */
export interface Span {
  readonly service: string;
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  /** Empty for the first of a trace. */
  readonly parentSpanId: string;
}

/** Takes in what the services export by OTLP over HTTP, on loopback. */
export class SpanReceiver {
  readonly #spans: Span[] = [];
  /** Whether everything is kept as it came, not only what the spans are about. */
  keepsTexts = false;
  /** All that came. */
  texts = '';
  #server!: Server;

  async start(): Promise<void> {
    this.#server = createServer((request, response) => {
      void text(request).then((body) => {
        if (this.keepsTexts) this.texts += body;
        this.#spans.push(...spansIn(JSON.parse(body) as Export));
        response.setHeader('content-type', 'application/json').end('{}');
      });
    });
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  ofTrace(traceId: string | undefined): Span[] {
    return this.#spans.filter((span) => span.traceId === traceId);
  }
}

const titled = ({ service, name }: Span) => `${service}: ${name}`;

/** The spans that lead to the one of this title, from the first of the trace on; those of the database left out. */
export function pathTo(title: string, trace: readonly Span[]): string[] {
  const path: Span[] = [];
  for (let span = trace.find((each) => titled(each) === title); span; span = parentOf(span, trace)) path.unshift(span);
  return path.map(titled).filter((each) => !each.includes(': transaction'));
}

/** The spans whose parent is in nobody's report. */
export function orphansIn(trace: readonly Span[]): string[] {
  return trace.filter((span) => !parentOf(span, trace)).map(titled);
}

function parentOf({ parentSpanId }: Span, trace: readonly Span[]): Span | undefined {
  return trace.find(({ spanId }) => spanId === parentSpanId);
}

interface Export {
  readonly resourceSpans: readonly {
    readonly resource: {
      readonly attributes: readonly { readonly key: string; readonly value: { readonly stringValue?: string } }[];
    };
    readonly scopeSpans: readonly {
      readonly spans: readonly (Omit<Span, 'service' | 'parentSpanId'> & Partial<Span>)[];
    }[];
  }[];
}

function spansIn({ resourceSpans }: Export): Span[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const service = resource.attributes.find(({ key }) => key === 'service.name')?.value.stringValue ?? '';
    return scopeSpans.flatMap(({ spans }) =>
      spans.map(({ name, traceId, spanId, parentSpanId = '' }) => ({ service, name, traceId, spanId, parentSpanId })),
    );
  });
}
