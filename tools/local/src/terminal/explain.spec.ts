import { ProcessEnded } from '../supervisor/managed-process.ts';
import { UserError } from '../user-error.ts';
import { explain } from './explain.ts';

describe('explain', () => {
  it('When the system or a program reports a full disk, then the sentence is ours', () => {
    const fromNode = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC', path: '/x' });
    const fromPostgres = new ProcessEnded('postgres', 'stopped', ['FATAL: write failed: No space left on device']);

    expect(explain(fromNode)).toBe('The disk is full (/x). Free some space and start again.');
    expect(explain(fromPostgres)).toBe('The disk is full. Free some space and start again.');
  });

  it('When a folder may not be written, then it says which', () => {
    const refused = Object.assign(new Error('EACCES: permission denied, mkdir'), { code: 'EACCES', path: '/x' });

    expect(explain(refused)).toBe('No permission to write (/x). Make it writable and start again.');
  });

  it('When a service ended, then its log is told without what only machines read', () => {
    const line = {
      level: 'error',
      time: '2026-01-02T11:33:08.884Z',
      service: 'catalog',
      msg: 'start failed',
      err: { message: 'no' },
    };
    const ended = new ProcessEnded('catalog', 'stopped with exit code 1', [
      JSON.stringify(line),
      'plain words',
      '{"a":1}',
    ]);

    expect(explain(ended)).toBe(
      'catalog stopped with exit code 1. Its last lines:\n  │ 11:33:08.884 error start failed no\n  │ plain words\n  │ {"a":1}',
    );
  });

  it('When the sentence is written already, then it stays as it is', () => {
    expect(explain(new UserError('Do this.'))).toBe('Do this.');
  });
});
