export { type ApiClient, type ApiOperation, type ApiSchema, type ClientOptions, createClient } from './client.ts';
export { type ApiFetch, pooledFetch } from './pooled-fetch.ts';
