import { appendFileSync } from 'node:fs';

import { Environment } from '@towpath/config';
import { Metrics } from '@towpath/metrics';

/** Test builds only: counts what went wrong on purpose; in `FAULTS_LOG_FILE` there is a line for each. */
export class InjectedFaults {
  readonly #file: string | undefined;
  readonly #count;

  constructor({ values }: Environment, metrics: Metrics) {
    this.#file = values['FAULTS_LOG_FILE'];
    const help = 'Messages that were lost, brought again or held back on purpose, and handlers that failed so';
    this.#count = metrics.counter('message_faults_injected_total', help, ['fault']);
  }

  note(fault: string, message: string): void {
    this.#count.inc({ fault });
    if (this.#file) appendFileSync(this.#file, `${JSON.stringify({ at: Date.now(), fault, message })}\n`);
  }
}
