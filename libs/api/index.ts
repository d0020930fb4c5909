export { listAllOrders, listAnomalies, listDeadLetters } from './admin.routes.ts';
export { type AdminOrderResponse, type AnomalyResponse, type DeadLetterResponse } from './admin.schemas.ts';
export { exampleOf } from './json-schemas.ts';
export { currencies, maxPriceMinor, type Money, moneySchema } from './money.schemas.ts';
export { openApiDocument } from './openapi.ts';
export { cancelOrder, followOrder, listOrders, placeOrder, readOrder, refundOrder } from './orders.routes.ts';
export {
  type OrderEvent,
  type OrderResponse,
  orderStatuses,
  type OrderWithTimelineResponse,
  type PlaceOrderRequest,
  type RefundOrderRequest,
} from './orders.schemas.ts';
export { cursorAfter, idOfCursor, type Page, pageOf, toPage } from './page.schemas.ts';
export { type Problem, type ProblemCode, problems, problemSchema } from './problems.ts';
export { createProduct, listProducts, readProduct, setStock, updateProduct } from './products.routes.ts';
export {
  type CreateProductRequest,
  type ProductResponse,
  productSchema,
  type UpdateProductRequest,
} from './products.schemas.ts';
export {
  type Access,
  type AnswerOf,
  defaultBodyLimit,
  defineRoute,
  type InputOf,
  needsLogin,
  noContent,
  problemsOf,
  type Route,
  type ServiceName,
  servicesOf,
} from './route.ts';
export { routes } from './routes.ts';
export { endCurrentSession, endSession, listSessions, logIn, refreshSession } from './sessions.routes.ts';
export { type LogInRequest, type SessionResponse } from './sessions.schemas.ts';
export { changePassword, eraseMe, exportMe, readMe, register } from './users.routes.ts';
export {
  type ChangePasswordRequest,
  type RegisterRequest,
  type UserArchiveResponse,
  type UserResponse,
  userSchema,
} from './users.schemas.ts';
export { takeProviderEvent } from './webhooks.routes.ts';
