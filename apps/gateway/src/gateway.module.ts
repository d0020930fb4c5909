import { AuthModule } from '@towpath/auth';
import { Service } from '@towpath/service-defaults';

import { Admission } from './admission.ts';
import { Connections } from './connections.ts';
import { EarlyRefusal } from './early-refusal.ts';
import { PublicApi } from './forwarding/public-api.ts';
import { Upstreams } from './forwarding/upstreams.ts';
import { GatewayConfig } from './gateway.config.ts';
import { LimitsModule } from './limits/limits.module.ts';
import { Pipelining } from './pipelining.ts';
import { ReferencePage } from './reference/reference-page.ts';
import { SessionsModule } from './sessions/sessions.module.ts';

@Service({
  name: 'gateway',
  settings: [GatewayConfig],
  imports: [AuthModule, LimitsModule, SessionsModule],
  exports: [LimitsModule],
  providers: [Admission, Connections, EarlyRefusal, Pipelining, PublicApi, ReferencePage, Upstreams],
})
export class GatewayModule {}
