import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Environment, readSettings, setting, Settings } from './index.ts';

class StoreConfig extends Settings({
  storeUrl: setting.url({ meaning: 'the store' }),
  pin: setting.integer({ secret: true, default: 0, meaning: 'the door' }),
  size: setting.integer({ default: 1, meaning: 'of a page' }),
}) {}

const read = (values: Record<string, string>) => readSettings(StoreConfig, new Environment(values));

describe('secrets in files', () => {
  let folder: string;
  const holding = (text: string) => {
    const path = join(folder, 'secret');
    writeFileSync(path, text);
    return path;
  };

  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'towpath-settings-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  it('When a secret or a URL lies in a file, then it is read from there', () => {
    const url = read({ STORE_URL_FILE: holding('redis://:hunter2@store\n') });
    const pin = read({ STORE_URL: 'redis://store', PIN_FILE: holding('1234\n') });

    expect([url, pin]).toEqual([
      { storeUrl: 'redis://:hunter2@store', pin: 0, size: 1 },
      { storeUrl: 'redis://store', pin: 1234, size: 1 },
    ]);
  });

  it('When a setting is no secret, then no file is looked for', () => {
    expect(read({ STORE_URL: 'redis://store', SIZE_FILE: '/nowhere' }).size).toBe(1);
  });

  it.each([
    ['is away', () => ({ STORE_URL_FILE: '/nowhere' }), 'cannot be read from the file that STORE_URL_FILE names'],
    ['is empty', () => ({ STORE_URL_FILE: holding('\n') }), 'is not set'],
    ['holds what is refused', () => ({ STORE_URL_FILE: holding('hunter2') }), 'is not a URL'],
    [
      'is named beside the value',
      () => ({ STORE_URL_FILE: holding('redis://hunter2'), STORE_URL: 'redis://hunter2' }),
      'is given twice, as STORE_URL_FILE too',
    ],
  ])('When the file %s, then the setting is refused by its name, without a word of it', (_, values, complaint) => {
    const reading = () => read(values());

    expect(reading).toThrow(`STORE_URL ${complaint}: it must be a URL (the store).`);
    expect(reading).not.toThrow(/hunter2/);
  });
});
