import { StartError } from '@towpath/health';

/** The brokers are there, but not as our settings say: starting again does not help before somebody has put that right. */
export class KafkaMisconfigured extends StartError {
  override readonly name = 'KafkaMisconfigured';
}

interface KafkaFailure {
  readonly name?: string;
  readonly message?: string;
  readonly type?: string;
  readonly code?: string | number;
  readonly retriable?: boolean;
  readonly cause?: unknown;
}

const untrusted = new Set([
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);
const unreachable = new Set([
  'KafkaJSConnectionError',
  'KafkaJSConnectionClosedError',
  'KafkaJSBrokerNotFound',
  'KafkaJSGroupCoordinatorNotFound',
  'KafkaJSMetadataNotLoaded',
  'KafkaJSNoBrokerAvailableError',
  'KafkaJSNumberOfRetriesExceeded',
  'KafkaJSRequestTimeoutError',
  'KafkaJSLockTimeout',
  'KafkaJSTopicMetadataNotLoaded',
  'KafkaJSPartialMessageError',
]);

/** The failure and what caused it, outermost first. */
function chainOf(error: unknown): KafkaFailure[] {
  const chain: KafkaFailure[] = [];
  for (let each = error; typeof each === 'object' && each !== null && chain.length < 10;)
    each = chain.push(each as KafkaFailure) && (each as KafkaFailure).cause;
  return chain;
}

/** The broker refuses us, or we refuse it, whatever we try; undefined if it is something that passes. */
export function refusalOf(error: unknown): string | undefined {
  for (const { name, code, type, message = '' } of chainOf(error)) {
    if (name === 'KafkaJSSASLAuthenticationError' || type === 'SASL_AUTHENTICATION_FAILED')
      return `The brokers refuse our credentials (${message}): see KAFKA_SASL_MECHANISM, KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD.`;
    if (untrusted.has(String(code)))
      return `The brokers' certificate is refused (${code}): see KAFKA_TLS_CA_FILE and KAFKA_BROKERS.`;
  }
  return undefined;
}

/** It may work with a new connection: brokers were away, the leader moved, or whatever else the library says may pass. */
export function mayPass(error: unknown): boolean {
  const chain = chainOf(error);
  if (refusalOf(error) !== undefined) return true;
  return chain.some(({ name }) => unreachable.has(name ?? '')) || chain.at(-1)?.retriable === true;
}

/** No broker would take it, now or later. */
export function isTooLarge(error: unknown): boolean {
  return chainOf(error).some(({ type }) => type === 'MESSAGE_TOO_LARGE' || type === 'RECORD_LIST_TOO_LARGE');
}

export function explain(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
