export { ApiClient } from './customer/api-client.ts';
export { stockCatalogue } from './customer/catalogue.ts';
export { placeFirstOrder, placeOrder, untilFinished } from './customer/order.ts';
export { steadyPorts } from './free-port.ts';
export { onInterrupt } from './interrupt.ts';
export { type BrokerListeners, type ClientListener } from './kafka/broker-settings.ts';
export { brokerListeners, KafkaCluster } from './kafka/cluster.ts';
export { installKafka, kafkaVersion, whyNoKafka } from './kafka/installation.ts';
export { dataHome } from './postgres/installation.ts';
export { buildName, buildServices, describeBuildLine } from './run/build.ts';
export { Logs } from './run/logs.ts';
export { sandboxName, sandboxProcess } from './run/sandbox-process.ts';
export { type Credentials, type Peer, Secrets } from './run/secrets.ts';
export { keepsData, serverNameOf, ServiceDatabases } from './run/service-databases.ts';
export {
  directMessages,
  kafkaMessages,
  migrationTask,
  type Role,
  serviceProcess,
  type ServiceRun,
  type Surroundings,
  topicsTask,
} from './run/service-process.ts';
export { type ProcessSpec } from './supervisor/managed-process.ts';
export { descendantsOf } from './supervisor/process-table.ts';
export { Supervisor } from './supervisor/supervisor.ts';
export { explain } from './terminal/explain.ts';
export { progressSince, type Say, table } from './terminal/progress.ts';
export { UserError } from './user-error.ts';
