/**
 * Checks that every message of the catalogue parses, is used, and is readable by simple measures.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { hostMessages } from '../src/shared/text/messages/host.ts';
import { pageMessages } from '../src/shared/text/messages/page.ts';
import { sampleTexts } from './sample-messages.mjs';

/** Longer sentences are hard to read. */
const maxWords = 20;

const catalogue: Readonly<Record<string, string>> = { ...pageMessages, ...hostMessages };
const source = readSource(join(dirname(import.meta.dirname), 'src'));

/** The texts that fail a check, by key. */
function faults(messages: Readonly<Record<string, string>>, isFaulty: (text: string) => boolean): readonly string[] {
  return Object.entries(messages).flatMap(([key, message]) =>
    sampleTexts(message)
      .filter(isFaulty)
      .map((text) => `${key}: ${text}`),
  );
}

describe('the catalogue', () => {
  test('every message parses and renders', () => {
    expect(faults(catalogue, (text) => /undefined|NaN|\[object/.test(text))).toEqual([]);
  });

  test('every message is used', () => {
    expect(Object.keys(catalogue).filter((key) => !isUsed(key))).toEqual([]);
  });

  test('only the texts of the command name its options', () => {
    const shown = Object.fromEntries(Object.entries(catalogue).filter(([key]) => !key.startsWith('cli.')));
    expect(faults(shown, (text) => /(^|\s)--?[a-z]/.test(text))).toEqual([]);
  });

  test(`no sentence has more than ${maxWords} words`, () => {
    expect(faults(catalogue, (text) => sentencesOf(text).some((sentence) => wordsOf(sentence) > maxWords))).toEqual([]);
  });

  test('no sentence begins with a relative pronoun or reads like a translation', () => {
    const isForeign = (sentence: string): boolean =>
      /^(who|whose|whom|whoever|whatever|what (?!'s))\b.*[^?]$/i.test(sentence) || /\b(somebody whom|whom you)\b/i.test(sentence);
    expect(faults(catalogue, (text) => sentencesOf(text).some(isForeign))).toEqual([]);
  });

  test('blanks are single, and none is at an end, except in parts of terminal lines', () => {
    const outOfLine = (text: string): boolean => /\S {2}\S|^ | $/m.test(text);
    expect(faults(catalogue, outOfLine).filter((fault) => !fault.startsWith('chat.'))).toEqual([]);
  });
});

function sentencesOf(text: string): readonly string[] {
  return text.split(/(?<=[.!?:;])\s+|\n/);
}

function wordsOf(sentence: string): number {
  return sentence.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
}

/** Code uses problems and refusals by their codes, which `problem-values.ts` checks. */
function isUsed(key: string): boolean {
  const code = /^(?:health|doctor|refusal)\.([^.]+)/.exec(key)?.[1];
  return source.includes(`'${code ?? key}'`) || (code !== undefined && source.includes(`raise('${code}`));
}

/** All source that may use a message, without the catalogue itself. */
function readSource(directory: string): string {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name) && !/\.test\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !/[\\/]messages[\\/](?!say\.ts)/.test(path))
    .map((path) => readFileSync(path, 'utf8'))
    .join('\n');
}
