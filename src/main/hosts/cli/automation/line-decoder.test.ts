import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLineDecoder, type Line } from './line-decoder.ts';

/** Small, so that random lines exceed it often. */
const maxBytes = 8;

/** Few different bytes, so that line ends, broken and whole UTF-8 sequences all occur. */
const anyBytes = fc.array(fc.constantFrom(0x0a, 0x0d, 0x61, 0x7b, 0x00, 0xc3, 0xa9, 0xf0, 0x9f, 0xff), { maxLength: 60 });

function decode(chunks: readonly Uint8Array[]): readonly Line[] {
  const decoder = createLineDecoder({ maxBytes });
  return [...chunks.flatMap((chunk) => decoder.push(chunk)), ...decoder.end()];
}

describe('[AUTO-1] lines', () => {
  it('are the same however the bytes were cut, and whatever they are', () => {
    fc.assert(
      fc.property(anyBytes, fc.array(fc.nat(60)), (bytes, cuts) => {
        const marks = [0, ...cuts.filter((cut) => cut < bytes.length).sort((a, b) => a - b), bytes.length];
        const chunks = marks.slice(1).map((mark, index) => Uint8Array.from(bytes.slice(marks[index], mark)));
        expect(decode(chunks)).toEqual(decode([Uint8Array.from(bytes)]));
      }),
    );
  });

  it('are one per line feed, and a last one if bytes follow it, each judged alone', () => {
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        const parts = Buffer.from(bytes).toString('latin1').split('\n');
        if (parts.at(-1) === '') parts.pop();
        expect(decode([Uint8Array.from(bytes)])).toEqual(parts.map(judge));
      }),
    );
  });

  it('do not keep bytes of the caller, who may use its buffer again', () => {
    const decoder = createLineDecoder();
    const buffer = Buffer.from('abc');
    decoder.push(buffer);
    buffer.fill('x');
    expect(decoder.push(Buffer.from('\n'))).toEqual([{ ok: true, text: 'abc' }]);
  });

  it('are forgotten once they are told', () => {
    const decoder = createLineDecoder();
    decoder.push(Buffer.from('a'));
    expect([decoder.end(), decoder.end()]).toEqual([[{ ok: true, text: 'a' }], []]);
  });
});

/** The expected result for one line, computed in another way. */
function judge(latin1: string): Line {
  const bytes = Buffer.from(latin1, 'latin1');
  if (bytes.length > maxBytes) return { ok: false, problem: 'too-long' };
  const text = bytes.toString('utf8');
  return Buffer.from(text, 'utf8').equals(bytes) ? { ok: true, text } : { ok: false, problem: 'not-utf8' };
}
