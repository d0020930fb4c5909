export { add, isMore, type Money, MoneyError, negate, subtract, sum, times } from './money.ts';
