import { mkdtempSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Logger } from '@nestjs/common';

import { SecretFile, SettingsError } from './index.ts';

describe('secret file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'secret-file-'));
  const path = join(folder, 'secret');
  let log: jest.SpyInstance;
  let error: jest.SpyInstance;

  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
    log = jest.spyOn(Logger.prototype, 'log').mockImplementation();
    error = jest.spyOn(Logger.prototype, 'error').mockImplementation();
    replace('{"pin":1}');
  });

  afterEach(() => {
    jest.useRealTimers();
    jest.restoreAllMocks();
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  function replace(text: string): void {
    writeFileSync(`${path}.next`, text);
    renameSync(`${path}.next`, path);
  }

  const parse = jest.fn((text: string) => (JSON.parse(text) as { pin: number }).pin);
  const open = () => new SecretFile({ name: 'PIN_FILE', path, allowed: 'a file with JSON { "pin" }', parse });
  const aSecondLater = () => jest.advanceTimersByTime(1_000);

  it('When it is replaced, then the new value is there within a second, and that is told', () => {
    const secret = open();
    replace('{"pin":2}');

    jest.advanceTimersByTime(999);
    expect(secret.value).toBe(1);
    jest.advanceTimersByTime(1);
    expect(secret.value).toBe(2);
    expect(log.mock.calls).toEqual([['PIN_FILE was replaced and is in use.']]);
  });

  it('When it stays as it is, then it is read once', () => {
    const secret = open();
    parse.mockClear();

    for (let asked = 0; asked < 5; asked += 1) {
      aSecondLater();
      expect(secret.value).toBe(1);
    }
    expect(parse).not.toHaveBeenCalled();
  });

  it('When another file as old and as long takes its place, as mounted secrets do, then that is seen', () => {
    for (const version of ['1', '2']) {
      writeFileSync(`${path}-${version}`, `{"pin":${version}}`);
      utimesSync(`${path}-${version}`, 1_000, 1_000);
    }
    rmSync(path);
    symlinkSync(`${path}-1`, path);
    const secret = open();
    symlinkSync(`${path}-2`, `${path}.next`);
    renameSync(`${path}.next`, path);

    aSecondLater();

    expect(secret.value).toBe(2);
  });

  it.each([
    ['is no longer valid', () => replace('{"pin":hunter2}')],
    ['is gone', () => rmSync(path)],
    ['is empty', () => replace('')],
  ])('When it %s, then the last good value stays and that is told once, without what it holds', (_, spoil) => {
    const secret = open();
    spoil();

    for (let asked = 0; asked < 3; asked += 1) {
      aSecondLater();
      expect(secret.value).toBe(1);
    }
    expect(error.mock.calls).toEqual([
      ['PIN_FILE was replaced and is refused: it must be a file with JSON { "pin" }. The last good one stays in use.'],
    ]);

    replace('{"pin":3}');
    aSecondLater();
    expect(secret.value).toBe(3);
  });

  it('When it cannot be read for a moment, as while its owner changes, then it is read a second later', () => {
    const secret = open();
    replace('{"pin":2}');
    parse.mockImplementationOnce(() => {
      throw new Error('EACCES');
    });

    aSecondLater();
    expect(secret.value).toBe(1);
    aSecondLater();
    expect(secret.value).toBe(2);
  });

  it('When it is wrong from the start, then that is refused without what it holds', () => {
    replace('{"pin":hunter2}');

    expect(open).toThrow(new SettingsError(['PIN_FILE is refused: it must be a file with JSON { "pin" }.']));
  });
});
