export { type Money, currencies, maxPriceMinor, moneySchema } from './money.schemas.ts';
export { openApiDocument } from './openapi.ts';
export { cancelOrder, listOrders, placeOrder, readOrder } from './orders.routes.ts';
export {
  type OrderResponse,
  type OrderWithTimelineResponse,
  type PlaceOrderRequest,
  cancelReasons,
  orderSchema,
  orderStatuses,
  orderWithTimelineSchema,
} from './orders.schemas.ts';
export { type Page, type PageQuery, cursorAfter, idOfCursor, pageOf, toPage } from './page.schemas.ts';
export { type Problem, type ProblemCode, problemSchema, problems } from './problems.ts';
export { createProduct, listProducts, readProduct, setStock } from './products.routes.ts';
export {
  type CreateProductRequest,
  type ProductResponse,
  type SetStockRequest,
  productSchema,
} from './products.schemas.ts';
export {
  type Access,
  type AnswerOf,
  type InputOf,
  type Route,
  defaultBodyLimit,
  defineRoute,
  problemsOf,
} from './route.ts';
export { routes } from './routes.ts';
export { logIn } from './sessions.routes.ts';
export { type LogInRequest, type SessionResponse, sessionSchema } from './sessions.schemas.ts';
export { readMe, register } from './users.routes.ts';
export { type RegisterRequest, type UserResponse, userSchema } from './users.schemas.ts';
