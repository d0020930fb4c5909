export const roles = ['api', 'worker', 'all'] as const;

/** Which part of a service a process plays: `api` answers HTTP, `worker` runs consumers and background parts, `all` does both. */
export type Role = (typeof roles)[number];

/** Who this process is. Provided by service-defaults; libs name messages, traces and metrics after it. */
export class ServiceIdentity {
  constructor(
    readonly name: string,
    readonly role: Role,
  ) {}
}
