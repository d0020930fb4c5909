export { currencies, maxPriceMinor, type Money, moneySchema } from './money.schemas.ts';
export { openApiDocument } from './openapi.ts';
export { cancelOrder, listOrders, placeOrder, readOrder } from './orders.routes.ts';
export {
  cancelReasons,
  type OrderResponse,
  orderSchema,
  orderStatuses,
  type OrderWithTimelineResponse,
  orderWithTimelineSchema,
  type PlaceOrderRequest,
} from './orders.schemas.ts';
export { cursorAfter, idOfCursor, type Page, pageOf, type PageQuery, toPage } from './page.schemas.ts';
export { type Problem, type ProblemCode, problems, problemSchema } from './problems.ts';
export { createProduct, listProducts, readProduct, setStock } from './products.routes.ts';
export {
  type CreateProductRequest,
  type ProductResponse,
  productSchema,
  type SetStockRequest,
} from './products.schemas.ts';
export {
  type Access,
  type AnswerOf,
  defaultBodyLimit,
  defineRoute,
  type InputOf,
  problemsOf,
  type Route,
} from './route.ts';
export { routes } from './routes.ts';
export { logIn } from './sessions.routes.ts';
export { type LogInRequest, type SessionResponse, sessionSchema } from './sessions.schemas.ts';
export { readMe, register } from './users.routes.ts';
export { type RegisterRequest, type UserResponse, userSchema } from './users.schemas.ts';
