export { httpMetrics } from './http-metrics.ts';
export { Metrics } from './metrics.ts';
