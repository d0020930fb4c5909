import { listAllOrders, listAnomalies, listDeadLetters } from './admin.routes.ts';
import { cancelOrder, followOrder, listOrders, placeOrder, readOrder, refundOrder } from './orders.routes.ts';
import { createProduct, listProducts, readProduct, setStock, updateProduct } from './products.routes.ts';
import type { Route } from './route.ts';
import { endCurrentSession, endSession, listSessions, logIn, refreshSession } from './sessions.routes.ts';
import { changePassword, eraseMe, exportMe, readMe, register } from './users.routes.ts';
import { takeProviderEvent } from './webhooks.routes.ts';

/** The whole API, by name of the operation. */
export const routes = {
  register,
  readMe,
  changePassword,
  exportMe,
  eraseMe,
  logIn,
  refreshSession,
  listSessions,
  endCurrentSession,
  endSession,
  listProducts,
  readProduct,
  createProduct,
  updateProduct,
  setStock,
  placeOrder,
  listOrders,
  readOrder,
  followOrder,
  cancelOrder,
  refundOrder,
  listAllOrders,
  listDeadLetters,
  listAnomalies,
  takeProviderEvent,
} as const satisfies Record<string, Route>;
