import { DomainError } from '@towpath/errors';

interface Address {
  readonly pattern: RegExp;
  readonly methods: Set<string>;
}

/** Every path that the service answers, to tell an unknown path from a wrong method. */
export class Addresses {
  private readonly known = new Map<string, Address>();

  /** `path` as Fastify writes it. */
  add(method: string | string[], path: string): void {
    const pattern = new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/:\w+/g, '[^/]+')}$`);
    const address = this.known.get(path) ?? { pattern, methods: new Set() };
    [method].flat().forEach((each) => address.methods.add(each));
    this.known.set(path, address);
  }

  /** What is wrong with a request that no route takes. */
  refusal(url: string): DomainError {
    const [path = ''] = url.split('?', 1);
    const address = [...this.known.values()].find(({ pattern }) => pattern.test(path));
    if (!address) return new DomainError('not-found', 'There is nothing at this address.');
    const allow = [...address.methods].sort().join(', ');
    return new DomainError('method-not-allowed', `This address answers ${allow}.`, { headers: { allow } });
  }
}
