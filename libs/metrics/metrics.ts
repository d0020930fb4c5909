import { Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** From 1 ms to 10 s. */
const secondsBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/**
 * What one application counts and measures. Asking for a name again answers the same metric. A label has few values (a
 * route, an outcome), is never an id and says nothing about a person.
 */
@Injectable()
export class Metrics {
  readonly registry = new Registry();

  /** CPU, memory, event loop and garbage collection of the process. */
  withProcess(): this {
    collectDefaultMetrics({ register: this.registry });
    return this;
  }

  counter<L extends string = never>(name: string, help: string, labels: readonly L[] = []): Counter<L> {
    return this.once(name, (registers) => new Counter<L>({ name, help, labelNames: labels, registers }));
  }

  /** Buckets are upper bounds; those not given fit seconds. */
  histogram<L extends string = never>(
    name: string,
    help: string,
    labels: readonly L[] = [],
    buckets: readonly number[] = secondsBuckets,
  ): Histogram<L> {
    return this.once(
      name,
      (registers) => new Histogram<L>({ name, help, labelNames: labels, buckets: [...buckets], registers }),
    );
  }

  gauge<L extends string = never>(name: string, help: string, labels: readonly L[] = []): Gauge<L> {
    return this.once(name, (registers) => new Gauge<L>({ name, help, labelNames: labels, registers }));
  }

  /** A gauge that is looked up at each scrape; NaN if that fails, so that the other metrics still are answered. */
  lookedUp(name: string, help: string, look: () => number | Promise<number>): Gauge {
    async function collect(this: Gauge): Promise<void> {
      try {
        this.set(await look());
      } catch {
        this.set(NaN);
      }
    }
    return this.once(name, (registers) => new Gauge({ name, help, registers, collect }));
  }

  private once<M>(name: string, make: (registers: Registry[]) => M): M {
    return (this.registry.getSingleMetric(name) as M | undefined) ?? make([this.registry]);
  }
}
