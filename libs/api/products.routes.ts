import {
  createProductRequest,
  ifMatchHeaders,
  productPage,
  productQuery,
  productSchema,
  setStockRequest,
  updateProductRequest,
} from './products.schemas.ts';
import { defineRoute } from './route.ts';
import { idParams } from './text.ts';

export const listProducts = defineRoute({
  name: 'listProducts',
  method: 'GET',
  path: '/v1/products',
  service: 'catalog',
  access: 'anyone',
  summary: 'What the shop sells; with `q`, what has all its words in name, description or SKU.',
  query: productQuery,
  answers: { 200: productPage },
  problems: [],
});

export const readProduct = defineRoute({
  name: 'readProduct',
  method: 'GET',
  path: '/v1/products/{id}',
  service: 'catalog',
  access: 'anyone',
  summary: 'One product.',
  params: idParams,
  answers: { 200: productSchema },
  answerHeaders: ['ETag'],
  problems: ['not-found'],
});

export const createProduct = defineRoute({
  name: 'createProduct',
  method: 'POST',
  path: '/v1/products',
  service: 'catalog',
  access: 'admin',
  summary: 'Add a product. `Location` is its address.',
  body: createProductRequest,
  answers: { 201: productSchema },
  answerHeaders: ['Location', 'ETag'],
  problems: ['already-exists'],
});

export const setStock = defineRoute({
  name: 'setStock',
  method: 'PUT',
  path: '/v1/products/{id}/stock',
  service: 'catalog',
  access: 'admin',
  summary: 'Say how many pieces of a product there are, those that orders hold included.',
  params: idParams,
  body: setStockRequest,
  answers: { 200: productSchema },
  answerHeaders: ['ETag'],
  problems: ['not-found', 'illegal-state'],
});

export const updateProduct = defineRoute({
  name: 'updateProduct',
  method: 'PATCH',
  path: '/v1/products/{id}',
  service: 'catalog',
  access: 'admin',
  summary: 'Change name, description or price, unless somebody else did meanwhile.',
  params: idParams,
  headers: ifMatchHeaders,
  body: updateProductRequest,
  answers: { 200: productSchema },
  answerHeaders: ['ETag'],
  problems: ['not-found', 'changed-meanwhile'],
});
