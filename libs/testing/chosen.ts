import { Environment } from '@towpath/config';

/** A number of a random run that a person may set in the environment, to see the run again or a longer one. */
export function chosen(name: string, otherwise: number): number {
  const { [name]: given } = Environment.fromProcess().values;
  return given === undefined ? otherwise : Number(given);
}
