import { AuthModule } from '@towpath/auth';
import { Service } from '@towpath/service-defaults';

import { Admission } from './admission.ts';
import { PublicApi } from './forwarding/public-api.ts';
import { Upstreams } from './forwarding/upstreams.ts';
import { GatewayConfig } from './gateway.config.ts';

@Service({
  name: 'gateway',
  settings: [GatewayConfig],
  imports: [AuthModule],
  providers: [Admission, PublicApi, Upstreams],
})
export class GatewayModule {}
