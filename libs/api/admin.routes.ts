import {
  adminOrderPage,
  adminOrderQuery,
  anomalyPage,
  deadLetterPage,
  messagingQuery,
  messagingServices,
} from './admin.schemas.ts';
import { defineRoute } from './route.ts';

export const listAllOrders = defineRoute({
  name: 'listAllOrders',
  method: 'GET',
  path: '/v1/admin/orders',
  service: 'order-processor',
  access: 'admin',
  summary: 'The orders of everybody, newest first.',
  query: adminOrderQuery,
  answers: { 200: adminOrderPage },
  problems: [],
});

export const listDeadLetters = defineRoute({
  name: 'listDeadLetters',
  method: 'GET',
  path: '/v1/admin/dead-letters',
  service: messagingServices,
  access: 'admin',
  summary: 'The messages that a service could not handle, oldest first.',
  query: messagingQuery,
  answers: { 200: deadLetterPage },
  problems: [],
});

export const listAnomalies = defineRoute({
  name: 'listAnomalies',
  method: 'GET',
  path: '/v1/admin/anomalies',
  service: messagingServices,
  access: 'admin',
  summary: 'What should never have come up in a service, newest first.',
  query: messagingQuery,
  answers: { 200: anomalyPage },
  problems: [],
});
