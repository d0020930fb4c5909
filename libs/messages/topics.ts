import { defineTopic } from './definition.ts';

/** What happens to an order. Its own service reads it: placing only commits, the worker goes on from here. */
export const orders = defineTopic({
  name: 'orders',
  key: 'orderId',
  writtenBy: 'order-processor',
  readBy: ['order-processor'],
  carries: 'reports',
});

/** Where an order's stock must end. */
export const stockCommands = defineTopic({
  name: 'stock.commands',
  key: 'orderId',
  writtenBy: 'order-processor',
  readBy: ['catalog'],
  carries: 'goals',
});

/** Where an order's payment must end. */
export const paymentCommands = defineTopic({
  name: 'payment.commands',
  key: 'orderId',
  writtenBy: 'order-processor',
  readBy: ['payment'],
  carries: 'goals',
});

/** The state of an order's reservation. */
export const stock = defineTopic({
  name: 'stock',
  key: 'orderId',
  writtenBy: 'catalog',
  readBy: ['order-processor'],
  carries: 'reports',
});

/** The state of an order's payment. */
export const payments = defineTopic({
  name: 'payments',
  key: 'orderId',
  writtenBy: 'payment',
  readBy: ['order-processor'],
  carries: 'reports',
});

/** A product as it is now. */
export const products = defineTopic({
  name: 'products',
  key: 'productId',
  writtenBy: 'catalog',
  readBy: ['order-processor'],
  carries: 'snapshots',
});

export const topics = [orders, stockCommands, paymentCommands, stock, payments, products];
