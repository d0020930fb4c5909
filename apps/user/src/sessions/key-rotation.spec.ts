import { chownSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { Audit } from '@towpath/audit';
import { AccessControl, AuthModule, generateSigningJwk, KeySource, signAccessToken } from '@towpath/auth';
import { type Database, newId } from '@towpath/database';
import { Unavailable } from '@towpath/errors';

import { UserConfig } from '../user.config.ts';
import { RotateSigningKey } from './rotate-signing-key.use-case.ts';
import { SigningKeys } from './signing-keys.ts';

const seconds = 1_000;
const minutes = 60 * seconds;
const user = { id: newId(), roles: ['customer'], sessionId: newId() };

/** Hours of several services around the keys of one, at the pace of the test. */
describe('key rotation', () => {
  const folder = mkdtempSync(join(tmpdir(), 'key-rotation-'));
  const path = join(folder, 'keys.json');
  let issuer: SigningKeys;
  let rotation: RotateSigningKey;

  beforeEach(async () => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
    writeFileSync(path, JSON.stringify({ keys: [await generateSigningJwk()] }));
    issuer = new SigningKeys(path);
    rotation = rotationOf(path);
  });

  afterEach(() => jest.useRealTimers());
  afterAll(() => rmSync(folder, { recursive: true }));

  function rotationOf(signingKeysFile: string, record = async (): Promise<void> => undefined): RotateSigningKey {
    const database = { transaction: (work: (tx: object) => unknown) => work({}) } as unknown as Database;
    return new RotateSigningKey({ signingKeysFile } as UserConfig, database, { record } as unknown as Audit);
  }

  /** Another service, which asks for the keys over a network that may be down. */
  async function givenVerifier(isCutOff = (): boolean => false) {
    const fetched: string[][] = [];
    class Remote extends KeySource {
      override async load() {
        if (isCutOff()) throw new Unavailable();
        fetched.push(issuer.publicSet.keys.map(({ kid }) => kid));
        return issuer.publicSet;
      }
    }
    @Module({ providers: [Remote], exports: [Remote] })
    class RemoteModule {}
    class Root {}
    const root = { module: Root, imports: [AuthModule.withKeysOf(RemoteModule, Remote)] };
    const control = (await NestFactory.createApplicationContext(root, { logger: false })).get(AccessControl);
    const accepts = async (token: string) =>
      control.admit(`Bearer ${token}`, 'user').then(
        () => true,
        () => false,
      );
    return { accepts, fetched };
  }

  const sign = (lifetime = 10 * minutes) => signAccessToken(issuer.current, user, lifetime);

  it('When keys are rotated again and again, then no service refuses a token at any moment', async () => {
    const verifiers = [await givenVerifier(), await givenVerifier(), await givenVerifier()];
    const living: { token: string; until: number }[] = [];
    const signedBy = new Set<string>();
    const refused: string[] = [];

    // Three hours in steps of 20 s. The services start at different moments, and the last is asked once in 40 min.
    const isAsked = [() => true, (step: number) => step >= 13, (step: number) => step % 120 === 0];
    for (let step = 0; step < 540; step += 1) {
      if (step % 97 === 50) await rotation.execute('test');
      signedBy.add(issuer.current.publicJwk.kid);
      living.push({ token: await sign(), until: Date.now() + 10 * minutes });
      const oldest = living.find(({ until }) => until > Date.now());
      for (const { accepts } of verifiers.filter((_, which) => isAsked[which]?.(step))) {
        if (!(await accepts(oldest!.token))) refused.push(`an old one in step ${step}`);
        if (!(await accepts(living.at(-1)!.token))) refused.push(`a new one in step ${step}`);
      }
      jest.advanceTimersByTime(20 * seconds);
    }

    expect(refused).toEqual([]);
    expect(signedBy.size).toBe(6);
    // Old keys went: as many are published as are of use.
    expect(issuer.all.length).toBeLessThanOrEqual(3);
    // Asked as often as the keys get stale, and not because one was missing.
    expect(verifiers[0]?.fetched.length).toBeLessThanOrEqual(18);
  });

  it('When the keys cannot be asked for while the new one takes over, then those who knew it before go on', async () => {
    let isCutOff = false;
    const { accepts } = await givenVerifier(() => isCutOff);
    await accepts(await sign());
    await rotation.execute('test');

    // Eleven minutes later it asks again, and then never gets an answer.
    jest.advanceTimersByTime(11 * minutes);
    await accepts(await sign());
    await new Promise(setImmediate);
    isCutOff = true;
    const before = issuer.current.publicJwk.kid;
    jest.advanceTimersByTime(10 * minutes);

    expect(await accepts(await sign())).toBe(true);
    expect(issuer.current.publicJwk.kid).not.toBe(before);
    jest.advanceTimersByTime(51 * minutes);
    expect(await accepts(await sign())).toBe(false);
  });

  it('When a key was withdrawn from the file, then its tokens are refused once the keys were asked for again', async () => {
    const { accepts } = await givenVerifier();
    const stolen = await sign();
    expect(await accepts(stolen)).toBe(true);

    writeFileSync(path, JSON.stringify({ keys: [await generateSigningJwk()] }));
    jest.advanceTimersByTime(minutes);

    expect(await accepts(await sign())).toBe(true);
    expect(await accepts(stolen)).toBe(false);
  });

  it('When the rotation cannot be noted, then there is none, and the next one works', async () => {
    const before = readFileSync(path, 'utf8');
    const away = rotationOf(path, () => Promise.reject(new Error('the database is away')));

    await expect(away.execute('test')).rejects.toThrow('the database is away');

    expect(readFileSync(path, 'utf8')).toBe(before);
    expect(readdirSync(folder)).toEqual(['keys.json']);
    await rotation.execute('test');
    expect(readFileSync(path, 'utf8')).not.toBe(before);
  });

  it('When the file cannot be replaced where it is, then it says so and where to go', async () => {
    const elsewhere = join(folder, 'mounted', 'keys.json');

    await expect(rotationOf(elsewhere).execute('test')).rejects.toThrow(
      /keys\.json cannot be replaced \(.*\)\. Rotate where the secret is kept\.$/,
    );
  });

  it('When somebody else than the service rotates, then the file stays with the service', async () => {
    // Only root can give a file away; for others it is theirs before and after.
    if (process.getuid?.() === 0) chownSync(path, 65_534, 65_534);
    const { uid, gid } = statSync(path);

    await rotation.execute('test');

    expect(statSync(path)).toMatchObject({ uid, gid });
  });
});
