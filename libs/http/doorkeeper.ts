import type { FastifyInstance, FastifyRequest } from 'fastify';

/**
 * Looks at each request before anybody else does, even at those that nothing answers. The service that wants one exports it from
 * its module.
 */
export abstract class Doorkeeper {
  /** At once where it can: a promise costs every request a turn. @throws DomainError to turn it away */
  abstract admit(request: FastifyRequest): Promise<void> | undefined;
}

export function askDoorkeeper(fastify: FastifyInstance, keeper: Doorkeeper | undefined): void {
  if (!keeper) return;
  fastify.addHook('onRequest', (request, _reply, done) => {
    const admitted = keeper.admit(request);
    if (admitted) admitted.then(() => done(), done);
    else done();
  });
}
