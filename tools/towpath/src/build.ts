import { bundle } from './build/bundle.ts';

const [project] = process.argv.slice(2);
if (!project) throw new Error('Say which project to bundle, for example: apps/user');
await bundle(process.cwd(), project);
