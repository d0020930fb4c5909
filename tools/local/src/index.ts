export { onInterrupt } from './interrupt.ts';
export { type BrokerListeners, type ClientListener } from './kafka/broker-settings.ts';
export { brokerListeners, KafkaCluster } from './kafka/cluster.ts';
export { installKafka, whyNoKafka } from './kafka/installation.ts';
export { type ProcessSpec } from './supervisor/managed-process.ts';
export { Supervisor } from './supervisor/supervisor.ts';
export { explain } from './terminal/explain.ts';
export { progressSince, type Say, table } from './terminal/progress.ts';
export { UserError } from './user-error.ts';
