import { expect, test } from 'vitest';
import { createEmitter } from './emitter.ts';

function recordingEmitter() {
  const errors: unknown[] = [];
  const heard: string[] = [];
  const emitter = createEmitter<string>((error) => errors.push(error));
  const listen = (name: string) => emitter.subscribe((event) => heard.push(`${name} ${event}`));
  return { emitter, errors, heard, listen };
}

test('every listener receives an event once per subscription, in order', () => {
  const { emitter, heard, listen } = recordingEmitter();
  listen('first');
  const undo = listen('second');
  listen('third');
  emitter.emit('a');
  undo();
  emitter.emit('b');
  expect(heard).toEqual(['first a', 'second a', 'third a', 'first b', 'third b']);
});

test('a listener unsubscribed during an event does not receive it', () => {
  const { emitter, heard, listen } = recordingEmitter();
  emitter.subscribe(() => undo());
  const undo = listen('second');
  emitter.emit('a');
  expect(heard).toEqual([]);
});

test('an exception in a listener is reported, and reaches neither other listeners nor the emitter', () => {
  const { emitter, errors, heard, listen } = recordingEmitter();
  const bug = new Error('a bug in a listener');
  listen('first');
  emitter.subscribe(() => {
    throw bug;
  });
  listen('third');
  expect(() => emitter.emit('a')).not.toThrow();
  expect({ heard, errors }).toEqual({ heard: ['first a', 'third a'], errors: [bug] });
});

test('without a reporter the error becomes an unhandled rejection, which the host logs', async () => {
  const { promise, restore } = nextUnhandledRejection();
  const emitter = createEmitter<string>();
  const bug = new Error('a bug in a listener');
  emitter.subscribe(() => {
    throw bug;
  });
  emitter.emit('a');
  expect(await promise).toBe(bug);
  restore();
});

/** Replaces the test runner's own listeners, which would count it as a failure. */
function nextUnhandledRejection() {
  const former = process.listeners('unhandledRejection');
  process.removeAllListeners('unhandledRejection');
  const promise = new Promise<unknown>((resolve) => process.once('unhandledRejection', resolve));
  const restore = (): void => {
    for (const listener of former) process.on('unhandledRejection', listener);
  };
  return { promise, restore };
}
