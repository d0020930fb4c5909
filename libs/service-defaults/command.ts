import type { INestApplicationContext } from '@nestjs/common';

/** Something that a bundle does instead of serving: `node dist/main.js <name> <args>`. A lib's module lists its own as `static commands`. */
export interface Command {
  readonly name: string;
  readonly summary: string;
  /** `app` has all that the service has; nothing listens and nothing runs in the background. @throws Error that tells a person what to do */
  run(app: INestApplicationContext, args: readonly string[]): Promise<void>;
}
