import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

import { environment } from '../environment.ts';
import { ManagedProcess, type ProcessSpec } from '../supervisor/managed-process.ts';
import { UserError } from '../user-error.ts';

export const kafkaVersion = '4.1.1';
export const oldestJava = 17;

/** What runs a broker: a Java, and the jars of Kafka with all that they need. */
export interface KafkaInstallation {
  readonly java: string;
  readonly jars: string;
}

/** The program, or why there is none, as the end of a sentence. */
export type Found = { readonly program: string } | { readonly missing: string };

/** Runs a program to its end; a supervisor can do it, so that it is ended with the rest. */
export type RunTask = (task: ProcessSpec) => Promise<void>;

const runAlone: RunTask = (task) => new ManagedProcess(task).start();

/** Where what was fetched is kept, for every checkout of this user. */
export function kafkaHome(env: Readonly<NodeJS.ProcessEnv> = environment): string {
  const caches = process.platform === 'darwin' ? join(homedir(), 'Library/Caches') : join(homedir(), '.cache');
  return join(env['XDG_CACHE_HOME'] || caches, 'towpath', `kafka-${kafkaVersion}`);
}

export function findJava(env: Readonly<NodeJS.ProcessEnv> = environment): Found {
  const program = env['JAVA_HOME'] ? join(env['JAVA_HOME'], 'bin/java') : 'java';
  // It tells its version on stderr.
  const { status, stderr } = spawnSync(program, ['-version'], { encoding: 'utf8', env: { ...env } });
  if (status !== 0) return { missing: 'there is no Java' };
  const major = majorVersionOf(stderr);
  return major >= oldestJava ? { program } : { missing: `Java is ${major || 'of an unknown version'}` };
}

/** Java 8 called itself 1.8. */
export function majorVersionOf(text: string): number {
  const [, first, second] = /version "(\d+)(?:\.(\d+))?/.exec(text) ?? [];
  return Number((first === '1' ? second : first) ?? 0);
}

export function findMaven(env: Readonly<NodeJS.ProcessEnv> = environment): Found {
  const { status } = spawnSync('mvn', ['--version'], { stdio: 'ignore', env: { ...env } });
  return status === 0 ? { program: 'mvn' } : { missing: 'there is no Maven (mvn)' };
}

/** Undefined when Kafka can be run here by Java; else why not, as the end of a sentence. */
export function whyNoKafka(env: Readonly<NodeJS.ProcessEnv> = environment): string | undefined {
  const java = findJava(env);
  if ('missing' in java) return java.missing;
  if (existsSync(kafkaHome(env))) return undefined;
  const maven = findMaven(env);
  return 'missing' in maven ? maven.missing : undefined;
}

/**
 * Java and the jars, which Maven gets the first time.
 * @throws UserError when there is no Java of 17 or newer, or the jars are not there and cannot be got
 */
export async function installKafka(
  say: (sentence: string) => void,
  run: RunTask = runAlone,
  env: Readonly<NodeJS.ProcessEnv> = environment,
): Promise<KafkaInstallation> {
  const why = whyNoKafka(env);
  const java = findJava(env);
  if (why !== undefined || 'missing' in java) {
    throw new UserError(`A Kafka broker needs Java ${oldestJava} or newer, and Maven to get it with, and ${why}.`);
  }
  const home = kafkaHome(env);
  if (!existsSync(home)) {
    say(`Fetching Kafka ${kafkaVersion} from Maven Central into ${home}, about 43 MB, once.`);
    await fetchJars(home, run, env);
  }
  return { java: java.program, jars: join(home, 'lib') };
}

const copyDependencies = 'org.apache.maven.plugins:maven-dependency-plugin:3.9.0:copy-dependencies';

/** Kafka 4.1.1 is made for version 1 of slf4j: a binding of version 2 would stay silent. */
const pom = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>towpath</groupId><artifactId>kafka</artifactId><version>${kafkaVersion}</version>
  <dependencies>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>${kafkaVersion}</version></dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-simple</artifactId><version>1.7.36</version></dependency>
  </dependencies>
</project>
`;

/** Under another name until it is whole. Maven checks what it gets against the checksums of Maven Central. */
async function fetchJars(home: string, run: RunTask, env: Readonly<NodeJS.ProcessEnv>): Promise<void> {
  mkdirSync(dirname(home), { recursive: true });
  const draft = mkdtempSync(`${home}.draft-`);
  try {
    writeFileSync(join(draft, 'pom.xml'), pom);
    await run({
      name: 'kafka (fetch)',
      command: 'mvn',
      args: ['-q', '-B', '--strict-checksums', copyDependencies, '-DincludeScope=runtime', '-DoutputDirectory=lib'],
      cwd: draft,
      env,
      ready: 'when it ends',
      readyWithinMs: 600_000,
    });
    if (!readdirSync(join(draft, 'lib')).includes(`kafka_2.13-${kafkaVersion}.jar`)) {
      throw new UserError(`Maven ended well and brought no Kafka ${kafkaVersion}: run it again.`);
    }
    giveName(draft, home);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/** Two first starts may fetch at once; the later one gives way. */
function giveName(draft: string, home: string): void {
  try {
    renameSync(draft, home);
  } catch (error) {
    if (!existsSync(home)) throw error;
  }
}
