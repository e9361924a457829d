import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maxMessageBytes } from '../../../../shared/contract/messages.ts';
import { createPasteFilter, readPastedLine } from './paste-filter.ts';

/** Writes the parts one by one. */
async function filter(parts: readonly (string | Buffer)[]): Promise<{ readonly text: string; readonly tooLong: number }> {
  let tooLong = 0;
  let text = '';
  const stream = createPasteFilter(() => (tooLong += 1));
  stream.on('data', (bytes: Buffer) => (text += bytes.toString()));
  for (const part of parts) stream.write(part);
  await new Promise<void>((resolve) => stream.end(resolve));
  return { text, tooLong };
}

const paste = (text: string): string => `\u001b[200~${text}\u001b[201~`;

describe('[CHAT-6] a paste', () => {
  it.each([
    ['typed text', 'a\r\u001b[A\t\u0003', 'a\r\u001b[A\t\u0003'],
    ['one line', `x${paste('/quit')}\r`, `x${paste('/quit')}\r`],
    ['a line break at the end', paste('one\r\n'), paste('one')],
    ['several lines', paste('one\r/quit two\n\r\nthree'), paste('one␤/quit two␤␤three')],
    ['characters that an editor obeys', paste('a\tb\u0003\u0004\u001b[2Jc\u007f'), paste('a  bc')],
    ['a mark inside', paste('a\u001b[200~b'), paste('ab')],
  ])('%s', async (_, given, text) => {
    expect(await filter([given])).toEqual({ text, tooLong: 0 });
  });

  it('gives the same text, in whatever pieces its bytes come', async () => {
    const bytes = Buffer.from(`\u001b${paste('日本\r/quit 語')}é${paste('zwei')}\r`);
    const whole = await filter([bytes]);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: bytes.length - 1 }), fc.integer({ min: 1, max: 5 }), async (first, size) => {
        const parts = [bytes.subarray(0, first)];
        for (let at = first; at < bytes.length; at += size) parts.push(bytes.subarray(at, at + size));
        expect(await filter(parts)).toEqual(whole);
      }),
    );
    expect(whole.text).toBe(`\u001b${paste('日本␤/quit 語')}é${paste('zwei')}\r`);
  });

  it('that is longer than a message is dropped as a whole, and the next one is not', async () => {
    const long = paste(`${'x\n'.repeat(maxMessageBytes)}/quit\n`);
    expect(await filter([long, '\r', paste('ok')])).toEqual({ text: `${paste('')}\r${paste('ok')}`, tooLong: 1 });
  });

  it('becomes lines again when it is sent', () => {
    expect(readPastedLine('one␤two')).toBe('one\ntwo');
  });
});
