import { statfsSync } from 'node:fs';

import { UserError } from '../user-error.ts';

const megabyte = 1024 * 1024;

/** Room for empty databases, their write-ahead log and the built services. */
const neededMegabytes = 256;

/** @throws UserError when less than that is free where `folder` lies */
export function refuseFullDisk(folder: string, needed = neededMegabytes): void {
  const { bavail, bsize } = statfsSync(folder);
  const free = Math.floor((bavail * bsize) / megabyte);
  if (free >= needed) return;
  throw new UserError(
    `The disk of ${folder} has ${free} MB left, and ${needed} MB are needed. Free some space and start again.`,
  );
}
