import { type ChildProcess, spawn } from 'node:child_process';

/** Reads "+ pid" and "- pid" until its input ends, which the death of its parent causes too; then kills what is left. */
const script = `
left=
while read -r sign pid; do
  kept=
  for each in $left; do [ "$each" = "$pid" ] || kept="$kept $each"; done
  left=$kept
  [ "$sign" = + ] && left="$left $pid"
done
for each in $left; do kill -KILL "-$each"; done 2>/dev/null
`;

/**
 * Outlives us by a moment to kill what we started, should we ourselves be killed. It is a shell of its own process
 * group (under 1 MB), since no signal handler of ours runs on SIGKILL.
 */
export class Guard {
  private readonly shell: ChildProcess;

  constructor() {
    this.shell = spawn('sh', ['-c', script], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
    // A guard that dies takes only the safety net with it.
    this.shell.on('error', () => undefined);
    this.shell.stdin?.on('error', () => undefined);
    this.shell.unref();
  }

  watch(pid: number): void {
    this.shell.stdin?.write(`+ ${pid}\n`);
  }

  release(pid: number): void {
    this.shell.stdin?.write(`- ${pid}\n`);
  }

  close(): void {
    this.shell.stdin?.end();
  }
}
