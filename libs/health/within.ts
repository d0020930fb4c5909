import type { Logger } from '@nestjs/common';

/** One step of a shutdown. */
export interface NamedStep {
  readonly name: string;
  run(): Promise<void>;
}

export function named(name: string, run: () => Promise<void>): NamedStep {
  return { name, run };
}

/** Runs the step; false, and a log line naming it, if it failed or did not end within `ms`. Never rejects. */
export async function within(ms: number, step: NamedStep, logger: Logger): Promise<boolean> {
  const late = Promise.withResolvers<'late'>();
  const timer = setTimeout(() => late.resolve('late'), ms);
  try {
    const outcome = await Promise.race([step.run(), late.promise]);
    if (outcome !== 'late') return true;
    logger.warn({ msg: `${step.name} did not end within ${ms} ms`, step: step.name });
  } catch (err) {
    logger.error({ msg: `${step.name} failed while draining`, step: step.name, err });
  } finally {
    clearTimeout(timer);
  }
  return false;
}
