import { directEnvironments } from './direct-environment.ts';
import { describeTransport } from './transport-contract.ts';

describeTransport('direct', directEnvironments);
