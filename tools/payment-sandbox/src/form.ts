import { invalidRequest } from './stripe-error.ts';

/**
 * The parameters of one request, in Stripe's form encoding (`metadata[order_id]=…`). Reading a name takes it, so that
 * `done` can refuse what no one asked for, as Stripe does.
 */
export class Form {
  private readonly fields: Map<string, string>;
  /** The same for the same parameters, whatever their order. */
  readonly canonical: string;

  constructor(encoded: string) {
    this.fields = new Map(new URLSearchParams(encoded));
    this.canonical = JSON.stringify([...this.fields].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** Looks without taking. */
  peek(name: string): string | undefined {
    return this.fields.get(name);
  }

  text(name: string): string {
    const value = this.optionalText(name);
    if (value === undefined || value === '') {
      throw invalidRequest(`Missing required param: ${name}.`, { code: 'parameter_missing', param: name });
    }
    return value;
  }

  optionalText(name: string): string | undefined {
    const value = this.fields.get(name);
    this.fields.delete(name);
    return value;
  }

  oneOf<T extends string>(name: string, allowed: readonly T[]): T {
    const value = this.text(name);
    if (!allowed.includes(value as T)) {
      throw invalidRequest(`Invalid ${name}: must be one of ${allowed.join(', ')}`, { param: name });
    }
    return value as T;
  }

  integer(name: string, min: number, max: number): number {
    const value = this.text(name);
    const number = Number(value);
    if (!/^-?\d+$/.test(value) || !Number.isSafeInteger(number)) {
      throw invalidRequest(`Invalid integer: ${value}`, { code: 'parameter_invalid_integer', param: name });
    }
    if (number < min || number > max) {
      throw invalidRequest(`Invalid ${name}: must be from ${min} to ${max}`, { param: name });
    }
    return number;
  }

  optionalInteger(name: string, min: number, max: number): number | undefined {
    return this.fields.has(name) ? this.integer(name, min, max) : undefined;
  }

  /** All `name[key]=value` pairs. */
  map(name: string): Record<string, string> {
    const found = [...this.fields].flatMap(([field, value]) => {
      const key = field.startsWith(`${name}[`) && /^\[([^\]]*)\]$/.exec(field.slice(name.length))?.[1];
      return typeof key === 'string' ? [{ field, key, value }] : [];
    });
    found.forEach(({ field }) => this.fields.delete(field));
    return Object.fromEntries(found.map(({ key, value }) => [key, value]));
  }

  done(): void {
    const [unknown] = this.fields.keys();
    if (unknown !== undefined) {
      throw invalidRequest(`Received unknown parameter: ${unknown}`, { code: 'parameter_unknown', param: unknown });
    }
  }
}
