import {
  closeSync,
  fchownSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';

import { Injectable } from '@nestjs/common';
import { Audit } from '@towpath/audit';
import { generateSigningJwk } from '@towpath/auth';
import { Database } from '@towpath/database';

import { UserConfig } from '../user.config.ts';
import { parseKeys, type ScheduledKey } from './signing-keys.ts';

/** Twice as long as verifiers keep their keys, and as the last token of a key lives. */
const settlingMs = 20 * 60_000;

export interface Rotation {
  readonly added: string;
  readonly activeFrom: Date;
  readonly dropped: readonly string[];
}

/**
 * Adds a key that signs from 20 min on, when every verifier has it, and takes out those that no living token was signed with.
 * The running services see the file change.
 */
@Injectable()
export class RotateSigningKey {
  constructor(
    private readonly config: UserConfig,
    private readonly database: Database,
    private readonly audit: Audit,
  ) {}

  /** @throws Error that tells a person what to do: a key is waiting already, or the file cannot be replaced */
  async execute(by: string): Promise<Rotation> {
    const path = this.config.signingKeysFile;
    const draft = new Draft(path);
    try {
      const keys = parseKeys(readFileSync(path, 'utf8'));
      const nowMs = Date.now();
      refuseWaiting(keys, nowMs);
      const kept = neededAt(nowMs, keys);
      const activeFrom = new Date(nowMs + settlingMs);
      const added = await generateSigningJwk();
      draft.write({ keys: [{ ...added, activeFrom: activeFrom.toISOString() }, ...kept.map(({ entry }) => entry)] });
      const dropped = keys.filter((key) => !kept.includes(key)).map(({ publicJwk }) => publicJwk.kid);
      await this.note(by, { added: added.kid, activeFrom, dropped });
      draft.take();
      return { added: added.kid, activeFrom, dropped };
    } finally {
      draft.discard();
    }
  }

  private note(by: string, { added, activeFrom, dropped }: Rotation): Promise<void> {
    return this.database.transaction((tx) =>
      this.audit.record(tx, {
        actor: `operator:${by}`,
        action: 'signing-key.rotated',
        subject: added,
        detail: { activeFrom: activeFrom.toISOString(), dropped },
      }),
    );
  }
}

function refuseWaiting([newest]: readonly ScheduledKey[], nowMs: number): void {
  if (!newest || newest.activeFromMs <= nowMs) return;
  const since = new Date(newest.activeFromMs).toISOString();
  throw new Error(`Key ${newest.publicJwk.kid} waits already: it signs from ${since}. Rotate again after that.`);
}

/** Without those that another has signed instead of for long enough. */
function neededAt(nowMs: number, newestFirst: readonly ScheduledKey[]): readonly ScheduledKey[] {
  const settled = ({ activeFromMs }: ScheduledKey) => activeFromMs > -Infinity && activeFromMs + settlingMs <= nowMs;
  const last = newestFirst.findIndex(settled);
  return last < 0 ? newestFirst : newestFirst.slice(0, last + 1);
}

/** The next content of a file, which takes its place as a whole. Only one at a time can be there. */
class Draft {
  private readonly path: string;
  private readonly descriptor: number;

  /** @throws Error that tells what to do */
  constructor(private readonly target: string) {
    this.path = `${target}.next`;
    try {
      this.descriptor = openSync(this.path, 'wx', 0o600);
    } catch (cause) {
      const { code, message } = cause as NodeJS.ErrnoException;
      if (code === 'EEXIST')
        throw new Error(`Somebody else is rotating just now, or was cut off: then remove ${this.path}.`, { cause });
      throw new Error(`${target} cannot be replaced (${message}). Rotate where the secret is kept.`, { cause });
    }
  }

  write(content: object): void {
    // Whoever runs this, the service must be able to read it.
    const { uid, gid } = statSync(this.target);
    fchownSync(this.descriptor, uid, gid);
    writeSync(this.descriptor, `${JSON.stringify(content, undefined, 2)}\n`);
    fsyncSync(this.descriptor);
  }

  take(): void {
    renameSync(this.path, this.target);
  }

  /** What was taken is not there any more. */
  discard(): void {
    closeSync(this.descriptor);
    rmSync(this.path, { force: true });
  }
}
