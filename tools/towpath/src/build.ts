import { bundle } from './build/bundle.ts';

const [project, ...flags] = process.argv.slice(2);
if (!project) throw new Error('Say which project to bundle, for example: apps/user [--for-faults]');
await bundle(process.cwd(), project, { forFaults: flags.includes('--for-faults') });
