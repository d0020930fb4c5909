import { spawn } from 'node:child_process';

import { signalsToPassOn } from './decisions.mjs';

/** @type {NodeJS.Signals[]} */
const endings = ['SIGTERM', 'SIGINT', 'SIGHUP'];

/**
 * Runs a program to its end. A signal that would end us is passed on once, and it is up to the program what it does
 * then; one that is `expendable` is killed.
 * @param {string} command
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions & { onOutput?: (text: string, kill: () => void) => void, expendable?: boolean }} options
 * @returns {Promise<{ code: number | null, signal: NodeJS.Signals | null }>} the exit code, or the signal that ended it
 */
export function runChild(command, args, { onOutput, expendable = false, ...options }) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, options);
    const toPassOn = new Set(expendable ? endings : signalsToPassOn(process.stdin.isTTY === true));
    const onSignal = (/** @type {NodeJS.Signals} */ signal) => {
      if (toPassOn.delete(signal)) child.kill(expendable ? 'SIGKILL' : signal);
    };
    for (const signal of endings) process.on(signal, onSignal);
    // npm that is asked to end takes its shell with it and nothing else.
    const shell = process.ppid;
    const orphaned = setInterval(() => {
      if (process.env.npm_lifecycle_event && process.ppid !== shell) onSignal('SIGTERM');
    }, 500);

    const kill = () => child.kill('SIGKILL');
    for (const stream of onOutput ? [child.stdout, child.stderr] : [])
      stream?.setEncoding('utf8').on('data', (text) => onOutput?.(text, kill));
    child.once('error', reject);
    child.once('close', (code, signal) => {
      for (const each of endings) process.off(each, onSignal);
      clearInterval(orphaned);
      resolve({ code, signal });
    });
  });
}
