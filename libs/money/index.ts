export { add, isMore, type Money, MoneyError, negate, split, subtract, sum, times } from './money.ts';
