import type { FactoryProvider, Provider } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { Environment, ServiceIdentity } from '@towpath/config';
import { Metrics } from '@towpath/metrics';

import { Chances } from './chances.ts';
import { FaultyTransport, messageFaults } from './faulty.transport.ts';
import { failingNowAndThen, handlerFaults } from './faulty-handlers.ts';
import { InjectedFaults } from './injected-faults.ts';
import { Subscriptions } from './subscriptions.ts';
import { provideTransport } from './transport.provider.ts';
import type { Transport } from './transport.ts';
import { withoutGuards } from './without-guards.ts';

const faults = (): FactoryProvider<InjectedFaults> => ({
  provide: InjectedFaults,
  inject: [Environment, Metrics],
  useFactory: (environment: Environment, metrics: Metrics) => new InjectedFaults(environment, metrics),
});

/** `MESSAGE_FAULTS=drop=0.01,duplicate=0.05,reorder=0.05,seed=7` */
const faultyTransport = (): FactoryProvider<Transport> => ({
  ...provideTransport,
  inject: [Environment, InjectedFaults, ...(provideTransport.inject ?? [])],
  useFactory: async ({ values }: Environment, injected: InjectedFaults, ...parts: unknown[]) => {
    const transport = await provideTransport.useFactory(...parts);
    const chances = Chances.read('MESSAGE_FAULTS', messageFaults, values['MESSAGE_FAULTS']);
    return chances ? new FaultyTransport(transport, chances, injected) : transport;
  },
});

/** `HANDLER_FAULTS=error=0.04,hang=0.003,seed=7` */
const faultyHandlers = (): FactoryProvider<Subscriptions> => ({
  provide: Subscriptions,
  inject: [DiscoveryService, ServiceIdentity, Environment, InjectedFaults],
  useFactory: (discovery: DiscoveryService, identity: ServiceIdentity, { values }: Environment, injected) => {
    const subscriptions = new Subscriptions(discovery, identity);
    const chances = Chances.read('HANDLER_FAULTS', handlerFaults, values['HANDLER_FAULTS']);
    return chances ? failingNowAndThen(subscriptions, chances, injected as InjectedFaults) : subscriptions;
  },
});

/** What a test build can be told to do wrong. At the end of the module's providers, where it wins. */
export const testBuild = (): Provider[] => [faults(), faultyHandlers(), ...withoutGuards(faultyTransport())];
