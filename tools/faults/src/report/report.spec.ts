import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { FaultResult } from '../result.ts';
import { aControl, aDeath, aRun, aSweep, someControls } from './a-run.ts';
import { catalogue } from './catalogue.ts';
import { report } from './document.ts';
import { paragraphIn, reliability, withParagraph } from './paragraph.ts';
import { readRuns, type Runs } from './runs.ts';
import { upperBound } from './statistics.ts';
import { writeReport } from './write-report.ts';

const nothing: Runs = { scenarios: [], crashPoints: [], controls: [] };
const told = (runs: Partial<Runs>) => report(catalogue, { ...nothing, ...runs });
const quoted = (runs: Partial<Runs>) => reliability(catalogue, { ...nothing, ...runs });
/** The cells of each line of the document that has this in it. */
const linesWith = (document = '', words: string) =>
  document
    .split('\n')
    .filter((line) => line.startsWith('|') && line.includes(words))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );

const release = (transport: FaultResult['transport'], broken = {}) =>
  aRun(
    {
      scenario: 'release',
      transport,
      orders: { asked: 10_100, ok: 10_000, fail: 100, unknown: 0, ends: {} },
      faults: { made: 312, hit: 290, byKind: [] },
    },
    broken,
  );

describe('the fault report', () => {
  it('When nothing was run, then every row of the catalogue is listed in order, and as not run', () => {
    const { 'faults.md': document, ...plots } = told({});

    const rows = linesWith(document, 'npm run faults -- ').filter(([id]) => id?.startsWith('F'));
    expect(rows.map(([id]) => id)).toEqual(
      Array.from({ length: 26 }, (_, index) => `F${index + 1}`).filter((id) => id !== 'F22'),
    );
    expect(linesWith(document, '| F22 ')).toEqual([
      expect.arrayContaining(['It comes with the checks of migrations.']),
    ]);
    for (const [, , , ...took] of rows) expect(took.join(' ')).toMatch(/not run/);
    expect(linesWith(document, '| F1 ')[0]).toEqual(['F1', 'direct', '–', '–', '–', '–', '–', '–', 'not run']);
    expect(plots).toEqual({});
    expect(document).not.toContain('](faults/');
    expect(document).toContain('There is no bound to state');
  });

  it('When a scenario was run, then its line says what it came to, and how to repeat it', () => {
    const { 'faults.md': document } = told({ scenarios: [aRun()] });

    expect(linesWith(document, '| F1 ')).toEqual([
      ['F1', 'direct', '120', '30', '25', '14 hold', '1.0 s, at most 4.1 s', '2.5 s', 'passed'],
      ['F1', 'kafka', '–', '–', '–', '–', '–', '–', 'not run'],
      ['F1', expect.any(String), '`npm run faults -- F1`', '61.0 s', 'not run'],
    ]);
    expect(linesWith(document, '--seed 42')).toEqual([
      ['`npm run faults -- --scenario F1 --seed 42 --transport direct`', '2026-01-02', 'abc1234'],
    ]);
    expect(linesWith(document, 'machine')).toEqual([['machine', 'A Processor, 2 cores, 8 GB, Linux 6.1']]);
    expect(linesWith(document, 'kill payment')).toEqual([['kill payment', 'direct', '3', '1.0 s', '4.1 s', '4.1 s']]);
  });

  it('When an invariant broke, then it is named with its count, the reason is told, and no bound is claimed', () => {
    const broken = {
      ...aRun({}, { I4: 2, I7: 1 }),
      failures: ['I4: 2 orders were charged twice\n  order-1', 'I7 broke'],
    };

    const { 'faults.md': document } = told({ scenarios: [broken] });

    expect(linesWith(document, '| F1 ')[0]).toEqual(expect.arrayContaining(['**I4: 2, I7: 1**', '**failed**']));
    expect(document).toContain('- **F1, direct**: I4: 2 orders were charged twice; I7 broke');
    expect(document).toContain('There is no bound to state');
  });

  it('When an invariant had nothing to look at, then it is not said to hold', () => {
    const { invariants, ...rest } = aRun();
    const idle = invariants.map((each) => ({ ...each, checked: each.invariant === 'I14' ? 0 : each.checked }));

    const { 'faults.md': document } = told({ scenarios: [{ ...rest, invariants: idle }] });

    expect(linesWith(document, '| F1 ')[0]).toContain('13 hold, nothing seen of I14');
  });

  it('When release runs held, then the paragraph quotes their figures and the bound of as many orders', () => {
    const paragraph = quoted({ scenarios: [release('direct'), release('kafka')] });

    expect(paragraph).toContain(
      'On Kafka, 10,100 orders went through 312 faults, 290 of which met work in flight: 0 lost, 0 charged twice, 0 stuck, and the ledger agreed with the provider to the cent.',
    );
    expect(paragraph).toContain(
      'No failure in 20,000 accepted orders bounds the rate at 3/n, 1.5 × 10⁻⁴ per order (95 %).',
    );
  });

  it('When a release run did not hold, then the paragraph says so and claims no bound', () => {
    const paragraph = quoted({ scenarios: [release('direct', { I1: 3, I7: 1 })] });

    expect(paragraph).toContain(
      '3 lost, 0 charged twice, 0 stuck, and **the ledger did not agree**. **That run failed.**',
    );
    expect(paragraph).toContain('A release run on Kafka was not made.');
    expect(paragraph).not.toContain('bounds the rate');
  });

  it('When only some rows passed, then the paragraph counts those, of as many as apply', () => {
    const paragraph = quoted({ scenarios: [aRun(), aRun({ scenario: 'F2', passed: false })] });

    expect(paragraph).toMatch(/Of the 23 kinds of fault that apply to the direct transport, 1 passed/);
    expect(paragraph).toMatch(/Of the 22 kinds of fault that apply to Kafka, 0 passed/);
  });

  it('When processes died at crash points, then each place is told with what broke', () => {
    const sweep = aSweep(
      aDeath(),
      aDeath({ seed: 2 }),
      aDeath({ side: 'after', holds: false, broken: ['I8'] }),
      aDeath({ point: 'relay.sent', died: false }),
    );

    const { 'faults.md': document } = told({ crashPoints: [sweep] });

    expect(linesWith(document, 'checkout.commit')).toEqual([
      ['checkout.commit', 'before', 'direct', '2 of 2', 'hold'],
      ['checkout.commit', 'after', 'direct', '1 of 1', '**I8**'],
    ]);
    expect(linesWith(document, 'relay.sent')).toEqual([['relay.sent', 'before', 'direct', '0 of 1', 'hold']]);
    expect(document).toContain(
      '- direct: 3 deaths at 1 point, 2 seeds: an invariant broke after 1; not reached: 1 place.',
    );
    expect(linesWith(document, '| F5 ')[0]?.slice(3)).toEqual(['10.0 min', 'not run']);
    expect(quoted({ crashPoints: [sweep] })).toContain('**an invariant broke after 1 of them**');
  });

  it('When a guard is taken out, then it is caught only by the invariant named beforehand, beside a run that passed', () => {
    const controls = someControls(
      aControl(),
      aControl({ title: 'another one broke', broken: ['I2'] }),
      aControl({ title: 'the baseline failed', baselinePassed: false }),
      aControl({ title: 'not here', broken: [], why: 'Kafka has no emit.' }),
    );

    const { 'faults.md': document } = told({ controls: [controls] });

    const ends = linesWith(document, '| I8 ').map((cells) => [cells[0], cells.at(-1)]);
    expect(ends).toEqual([
      ['the outbox: published after the commit', 'caught'],
      ['another one broke', '**not caught**'],
      ['the baseline failed', '**not caught**'],
      ['not here', 'Kafka has no emit.'],
    ]);
    expect(quoted({ controls: [controls] })).toContain('the harness caught 1 of 3.');
  });

  it('When there are times and samples, then they are drawn: every kind once, and no peak is lost', () => {
    const backlog = Array.from({ length: 5_000 }, (_, index) => ({
      atMs: index * 20,
      unpublished: index === 2_501 ? 777 : 3,
      unsettled: 5,
    }));
    const outage = aRun({
      scenario: 'outage',
      transport: 'kafka',
      backlog,
      recoveryMs: { 'kill kafka <1>': [50_000] },
    });

    const {
      'faults/recovery.svg': recovery = '',
      'faults/backlog.svg': drawn = '',
      ...rest
    } = told({
      scenarios: [aRun(), outage],
    });

    expect(recovery).toContain('>kill payment, direct (3)<');
    expect(recovery).toContain('>kill kafka &lt;1&gt;, kafka (1)<');
    expect(drawn).toContain('>outage, kafka<');
    const paths = [...drawn.matchAll(/<path d="([^"]+)"/g)].map(([, d = '']) => d.slice(1).split('L'));
    expect(paths.map((points) => points.length)).toEqual([385, 385]);
    expect(new Set(paths[0]?.map((point) => point.split(' ')[1])).size).toBe(2);
    expect(rest['faults.md']).toContain('](faults/recovery.svg)');
    expect(rest['faults.md']).toContain('](faults/backlog.svg)');
  });

  it.each([
    [10_000, '3 × 10⁻⁴'],
    [100_000, '3 × 10⁻⁵'],
    [20_000, '1.5 × 10⁻⁴'],
  ])('When nothing failed in %d tries, then the rate is below %s', (tries, expected) => {
    expect(upperBound(tries)).toBe(expected);
  });
});

describe('the files of the report', () => {
  const root = mkdtempSync(join(tmpdir(), 'towpath-report-'));
  const runs = join(root, 'runs');
  const write = (folder: string, name: string, content: unknown) => {
    mkdirSync(join(runs, folder), { recursive: true });
    writeFileSync(join(runs, folder, name), typeof content === 'string' ? content : JSON.stringify(content));
  };
  const readme = (text: string) => writeFileSync(join(root, 'README.md'), text);
  const marks = '<!-- reliability: written by npm run faults:report -->\nold\n<!-- /reliability -->';
  beforeEach(() => readme(`# Shop\n\n${marks}\n\nmore\n`));
  afterEach(() => rmSync(runs, { recursive: true, force: true }));
  afterAll(() => rmSync(root, { recursive: true }));

  it('When there are several runs of a scenario, then the newest counts, whatever else is there', () => {
    write('f1-direct-1', 'result.json', aRun({ seed: 1, date: '2026-01-01T00:00:00.000Z' }));
    write('f1-direct-2', 'result.json', aRun({ seed: 2, date: '2026-01-03T00:00:00.000Z' }));
    write('f1-direct-3', 'result.json', aRun({ seed: 3, date: '2026-01-02T00:00:00.000Z' }));
    write('under-way', 'command.txt', 'not done yet');
    write('crash-points-direct-1', 'crash-points.json', aSweep());

    const { scenarios, crashPoints, controls } = readRuns(runs);

    expect(scenarios.map(({ seed }) => seed)).toEqual([2]);
    expect([crashPoints.length, controls.length]).toEqual([1, 0]);
  });

  it('When it was never run, then there is nothing', () => {
    expect(readRuns(join(root, 'nowhere'))).toEqual(nothing);
  });

  it.each([
    ['cut short', '{"version":1,', /f1-direct-1.result\.json is no JSON .*: run it again, or remove it\.$/],
    [
      'of a later version',
      { ...aRun(), version: 2 },
      /f1-direct-1.result\.json is of version 2, and this reads version 1/,
    ],
    ['empty', 'null', /f1-direct-1.result\.json is of version undefined/],
  ])('When a result is %s, then its file is named, and nothing is written', (_, content, sentence) => {
    write('f1-direct-1', 'result.json', content);

    expect(() => writeReport(root, runs)).toThrow(sentence);
    expect(readFileSync(join(root, 'README.md'), 'utf8')).toContain('old');
  });

  it('When it is written, then the README quotes it, and nothing else of it changes', () => {
    write('release-direct-1', 'result.json', release('direct'));

    expect(writeReport(root, runs)).toContain('1 scenario run (0 failed)');

    const [page, document] = ['README.md', 'docs/faults.md'].map((file) => readFileSync(join(root, file), 'utf8'));
    expect(paragraphIn(page ?? '')).toBe(paragraphIn(document ?? ''));
    expect(paragraphIn(page ?? '')).toContain('10,100 orders');
    expect(page).toMatch(/^# Shop\n\n<!--[^]+-->\n\nmore\n$/);
    expect(readFileSync(join(root, 'docs/faults/recovery.svg'), 'utf8')).toContain('<svg');
    rmSync(runs, { recursive: true });
    writeReport(root, runs);
    expect(existsSync(join(root, 'docs/faults/recovery.svg'))).toBe(false);
  });

  it('When the README has no place for it, then it says which, and nothing is written', () => {
    expect(() => withParagraph('# Shop\n', 'text')).toThrow('README.md has no place for the paragraph');
  });
});

describe('the report of this workspace', () => {
  it('When the README quotes it, then it quotes what it says', () => {
    const root = join(__dirname, '../../../..');
    const [page, document] = ['README.md', 'docs/faults.md'].map((file) => readFileSync(join(root, file), 'utf8'));

    expect(paragraphIn(page ?? '')).toBe(paragraphIn(document ?? ''));
    expect(paragraphIn(page ?? '')).toMatch(/release run|orders went through/);
  });
});
