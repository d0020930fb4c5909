import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(__dirname, '../../..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const listed = (file: string, list: string): string[] => {
  const [, items = ''] = new RegExp(`const ${list} = \\[([^\\]]*)\\]`).exec(read(file)) ?? [];
  return [...items.matchAll(/'([^']+)'/g)].map(([, name = '']) => name);
};

const failpoints = listed('libs/failpoints/points.ts', 'failpoints');
const guards = listed('libs/failpoints/guards.ts', 'guards');
const sources = globSync('{apps,libs}/**/*.ts', { cwd: root, exclude: ['**/node_modules', '**/dist', '**/test'] })
  .filter((file) => !file.endsWith('.spec.ts') && !file.startsWith('libs/failpoints/'))
  .map(read)
  .join('\n');

/** `failpoint('relay.sent', 'before')`, also when it is called later, as in `setImmediate(failpoint, 'relay.sent', 'after')`. */
const calls = (point: string, side: string) =>
  new RegExp(`\\bfailpoint[(,]\\s*'${point}',\\s*'${side}'\\)`).test(sources);
/** The database calls both sides of the commit of a transaction that has a name. */
const commits = (point: string) =>
  point.endsWith('.commit') && new RegExp(`(name: |namedTransaction\\()'${point.slice(0, -7)}'`).test(sources);
/** The answers of routes are in a table. */
const answers = (point: string) => sources.includes(`: '${point}',`);

describe('failpoints', () => {
  it('When one is listed, then the code calls both of its sides', () => {
    expect(failpoints.length).toBeGreaterThan(20);
    expect(calls('direct.reply-sent', 'before') && !calls('direct.reply-sent', 'between')).toBe(true);

    const missing = failpoints.flatMap((point) =>
      ['before', 'after']
        .filter((side) => !calls(point, side) && !commits(point) && !answers(point))
        .map((side) => `${point}/${side}`),
    );

    expect(missing).toEqual([]);
  });

  it('When a guard is listed, then there is a place where it is taken out', () => {
    expect(guards).toHaveLength(9);
    const taken = (guard: string) => new RegExp(`isRemoved\\('${guard}'\\)|'?${guard}'?: without`).test(sources);

    expect(guards.filter((guard) => !taken(guard))).toEqual([]);
  });

  it.each(['catalog', 'gateway', 'order-processor', 'payment', 'user'])(
    'When %s is shipped, then it has no place to die at and no guard can be taken out',
    (service) => {
      const files = globSync(`apps/${service}/dist/*.js`, { cwd: root });
      const shipped = files.map(read).join('\n');
      const hyphenated = guards.filter((guard) => guard.includes('-'));
      const says = (name: string) => ['"', "'", '`'].some((quote) => shipped.includes(`${quote}${name}${quote}`));
      const unwanted = [...failpoints, ...hyphenated];

      expect(unwanted.filter(says)).toEqual([]);
      expect(shipped).not.toMatch(/FAILPOINT|WITHOUT_GUARDS|(MESSAGE|HANDLER)_FAULTS|FAULTS_LOG_FILE|isRemoved/);
    },
  );
});
