import { cancelOrder, listOrders, placeOrder, readOrder } from './orders.routes.ts';
import { createProduct, listProducts, readProduct, setStock } from './products.routes.ts';
import type { Route } from './route.ts';
import { logIn } from './sessions.routes.ts';
import { readMe, register } from './users.routes.ts';

/** The whole API, by name of the operation. */
export const routes = {
  register,
  readMe,
  logIn,
  listProducts,
  readProduct,
  createProduct,
  setStock,
  placeOrder,
  listOrders,
  readOrder,
  cancelOrder,
} as const satisfies Record<string, Route>;
