export {
  DomainError,
  type DomainErrorOptions,
  type FieldError,
  isTransient,
  Unavailable,
  UpstreamTimeout,
} from './domain-error.ts';
export { ProblemFilter, ProblemSettings } from './problem.filter.ts';
export { type ProblemContext, problemMediaType, toDomainError, toProblem } from './problem.ts';
