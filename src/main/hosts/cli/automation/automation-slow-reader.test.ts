/** A program that reads too slowly gets every message all the same, from bounded memory. */
import { describe, expect, it } from 'vitest';
import { maxWaitingBytes } from './line-writer.ts';
import { type Said, bo, createAutomationFixture } from '../../../../../test/fixtures/automation.ts';
import { createStalledReader } from '../../../../../test/fixtures/stalled-reader.ts';

describe('[AUTO-6] a reader that is too slow', () => {
  it('gets every message all the same, once and in order, from bounded memory', async () => {
    const reader = createStalledReader();
    const fixture = createAutomationFixture(reader.output);
    fixture.join(bo);
    const count = 1_200;
    for (let number = 0; number < count; number += 1) await fixture.receive(bo, `${number} ${'x'.repeat(10_000)}`);
    const waitingBytes = reader.output.writableLength;
    reader.release();
    for (let turn = 0; turn < 200 && reader.output.writableLength > 0; turn += 1) await fixture.settle();
    await fixture.receive(bo, 'the last');
    for (let turn = 0; turn < 10; turn += 1) await fixture.settle();

    const texts = reader.lines().flatMap((line) => {
      const said = JSON.parse(line) as Said;
      return said['event'] === 'message' ? [(said['message'] as { text: string }).text.split(' x')[0]] : [];
    });
    expect(waitingBytes).toBeLessThan(maxWaitingBytes + 20_000);
    expect(texts).toEqual([...Array.from({ length: count }, (_, number) => `${number}`), 'the last']);
  });
});
