import { Chances } from './chances.ts';
import { failingNowAndThen, type HandlerFault, handlerFaults } from './faulty-handlers.ts';
import type { InjectedFaults } from './injected-faults.ts';
import type { Subscriptions } from './subscriptions.ts';

const about = (id: string) => ({ id }) as never;

function given(fault: HandlerFault) {
  const noted: string[] = [];
  const handled: string[] = [];
  const subscription = { handle: (_data: never, _tx: never, { id }: { id: string }) => void handled.push(id) };
  const { handle } = failingNowAndThen(
    { of: () => subscription } as unknown as Subscriptions,
    Chances.read('HANDLER_FAULTS', handlerFaults, `${fault}=1`)!,
    { note: (...what: string[]) => noted.push(what.join(' ')) } as unknown as InjectedFaults,
  ).of('any')!;
  return { handled, noted, handle: async (id: string) => handle({} as never, {} as never, about(id)) };
}

describe('handlers that fail on purpose', () => {
  it('When a message fails, then it does so twice, and is handled the third time', async () => {
    const { handle, handled, noted } = given('type-error');

    await expect(handle('1')).rejects.toThrow(TypeError);
    await expect(handle('1')).rejects.toThrow(TypeError);
    await handle('1');

    expect({ handled, noted }).toEqual({ handled: ['1'], noted: ['type-error 1', 'type-error 1'] });
  });

  it('When an object is thrown, then it is no error', async () => {
    await expect(given('object').handle('1')).rejects.toEqual({ message: 'on purpose' });
  });

  it('When a handler hangs, then it never comes back', async () => {
    const hanging = given('hang')
      .handle('1')
      .then(() => 'done');

    expect(await Promise.race([hanging, new Promise((resolve) => setImmediate(resolve, 'still there'))])).toBe(
      'still there',
    );
  });
});
