import type { Role } from '@towpath/local';
import type { ServiceDeclaration } from '@towpath/nx';

import type { FaultShopOptions } from './shop-options.ts';

/** One process of a service: who it is, before it is known where it listens. */
export interface Member {
  /** `gateway-1`, `order-processor-worker-2`. */
  readonly name: string;
  readonly service: ServiceDeclaration;
  readonly role: Role;
  readonly answersRequests: boolean;
  /** Takes in messages of others, and sends its own. */
  readonly carriesMessages: boolean;
}

/** The service whose worker scales by itself. */
const splitService = 'order-processor';

/** The processes of every service, by service and role. */
export function membersOf(services: readonly ServiceDeclaration[], options: FaultShopOptions): Member[] {
  const { replicas = 2, replicasOf = {}, split = true } = options;
  return services.flatMap((service) => {
    const isSplit = split && service.name === splitService;
    const groups = (isSplit ? (['api', 'worker'] as const) : (['all'] as const)).map((role) => ({
      role,
      name: isSplit ? `${service.name}-${role}` : service.name,
    }));
    return groups.flatMap(({ role, name }) => {
      const count = replicasOf[name] ?? replicasOf[service.name] ?? replicas;
      return Array.from({ length: count }, (_, index) => memberOf(service, role, `${name}-${index + 1}`));
    });
  });
}

function memberOf(service: ServiceDeclaration, role: Role, name: string): Member {
  const { api, worker } = service.roles;
  return {
    name,
    service,
    role,
    answersRequests: api !== undefined && role !== 'worker',
    carriesMessages: worker !== undefined && role !== 'api',
  };
}
