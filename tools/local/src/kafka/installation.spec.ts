import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { installKafka, majorVersionOf, whyNoKafka } from './installation.ts';

const java = (version: string) => `echo 'openjdk version "${version}" 2025-04-15' >&2`;
/** Notes what it was asked, and brings a jar of this name. */
const maven = (jar: string) => `
[ "$1" = --version ] && exit
echo "$*" >> "$XDG_CACHE_HOME/asked"
mkdir -p lib && echo jar > "lib/${jar}"`;
const rightJar = 'kafka_2.13-4.1.1.jar';

describe('installation of Kafka', () => {
  let folder: string;
  let env: NodeJS.ProcessEnv;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'towpath-installation-'));
    env = { PATH: `${folder}:/usr/bin:/bin`, XDG_CACHE_HOME: folder };
    program('java', java('17.0.15'));
    program('mvn', maven(rightJar));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const program = (name: string, script: string) => {
    writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, name), 0o755);
  };
  const said: string[] = [];
  const install = () => installKafka((sentence) => said.push(sentence), undefined, env);
  const cached = () => readdirSync(join(folder, 'towpath'));

  it('When it is installed the first time, then Maven gets it, checked; the second time nobody is asked', async () => {
    const first = await install();
    program('mvn', 'exit 1');
    const second = await install();

    expect(second).toEqual(first);
    expect(first).toEqual({ java: 'java', jars: join(folder, 'towpath/kafka-4.1.1/lib') });
    expect(readFileSync(join(folder, 'asked'), 'utf8')).toMatch(/^-q -B --strict-checksums .*:copy-dependencies .*\n$/);
    expect(said).toEqual([expect.stringMatching(/^Fetching Kafka 4\.1\.1 from Maven Central into \S+, about 43 MB/)]);
  });

  it('When two fetch it at once, then both have it and nothing is left over', async () => {
    const [one, other] = await Promise.all([install(), install()]);

    expect(one).toEqual(other);
    expect(cached()).toEqual(['kafka-4.1.1']);
  });

  it('When Maven fails, then its words are told, and half of it is not taken for the whole', async () => {
    program(
      'mvn',
      `[ "$1" = --version ] && exit; mkdir lib; echo half > lib/${rightJar}; echo 'no route to host'; exit 1`,
    );

    await expect(install()).rejects.toThrow(
      'kafka (fetch) stopped with exit code 1. Its last lines:\n  │ no route to host',
    );
    expect(cached()).toEqual([]);
  });

  it('When Maven is content and has brought something else, then that is not taken either', async () => {
    program('mvn', maven('another.jar'));

    await expect(install()).rejects.toThrow('Maven ended well and brought no Kafka 4.1.1');
    expect(cached()).toEqual([]);
  });

  it.each([
    ['no Java', () => rmSync(join(folder, 'java')), 'there is no Java'],
    ['a Java that is too old', () => program('java', java('11.0.2')), 'Java is 11'],
    ['an ancient Java', () => program('java', java('1.8.0_402')), 'Java is 8'],
    ['a Java that says nothing', () => program('java', 'true'), 'Java is of an unknown version'],
    ['no Maven', () => rmSync(join(folder, 'mvn')), 'there is no Maven (mvn)'],
  ])('When there is %s, then it says so', async (_, arrange, why) => {
    env['PATH'] = folder;
    program('java', java('17.0.15').replace('echo', '/bin/echo'));
    arrange();

    expect(whyNoKafka(env)).toBe(why);
    await expect(install()).rejects.toThrow(
      `A Kafka broker needs Java 17 or newer, and Maven to get it with, and ${why}.`,
    );
  });

  it('When it was fetched before, then Maven is not needed any more', async () => {
    await install();
    rmSync(join(folder, 'mvn'));

    expect(whyNoKafka(env)).toBeUndefined();
  });

  it('When JAVA_HOME is set, then that Java is meant', () => {
    env['JAVA_HOME'] = '/no/such/java';

    expect(whyNoKafka(env)).toBe('there is no Java');
    expect(existsSync(join(folder, 'asked'))).toBe(false);
  });

  it('When Java tells its version, then it is understood as every Java says it', () => {
    const lines = ['java version "21" 2023', 'openjdk version "17.0.15" 2025', 'java version "1.8.0_402"', ''];

    expect(lines.map(majorVersionOf)).toEqual([21, 17, 8, 0]);
  });
});
