/**
 * Names for files of other people (rules NAME-1 to NAME-9). One set of rules serves every system,
 * because a folder may be on a stick or a share that another system reads. No function here knows a
 * folder; node/files uses the names.
 */

/** A name, in UTF-8: the limit of most file systems is 255, and numbers and suffixes need room. */
export const maxNameBytes = 200;
/** Beyond this an ending is no extension that is worth keeping. */
const maxExtensionBytes = 32;
/** In place of a character that a name may not have. */
const substitute = '_';

/** Control characters, halves of pairs, and characters without a meaning. */
const unprintable = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}]/gu;
/** They change the order in which a name is shown: `exe.jpg` may be shown of `gpj.exe`. */
const reordering = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;
/** Nothing shows them, so two names could look the same. */
const invisible = /[\p{Default_Ignorable_Code_Point}\ufff9-\ufffb]/gu;
/** Joiners, variation selectors and tags: emoji and scripts need them. */
const needed = /^[\u200c-\u200d]$|^\p{Variation_Selector}$|^[\u{e0020}-\u{e007f}]$/u;
/** Separators of both kinds, drive letters and streams, wildcards, redirections. */
const reserved = /[/\\:*?"<>|]/gu;
/** Windows drops them, so that a name would be that of another file. */
const looseEnd = /[\s.]+$/u;
/** With or without an extension, and with the superscript digits, each of them is a device. */
const device = /^(?:con|prn|aux|nul|conin\$|conout\$|clock\$|(?:com|lpt)[0-9¹²³])[\s]*(?:\.|$)/iu;
/** Files that a file manager acts upon when it only shows their folder. */
const actedUpon = /^(?:desktop\.ini|autorun\.inf)$|\.(?:lnk|scf|url|pif|library-ms|searchconnector-ms|search-ms)$/iu;

/**
 * A name of one segment that is safe on every system, whatever `name` is. Names that are safe
 * already are returned as they are, but for normalisation.
 */
export function safeFileName(name: string): string {
  const printable = name
    .toWellFormed()
    .normalize('NFC')
    .replace(reordering, '')
    .replace(invisible, (character) => (needed.test(character) ? character : ''))
    .replace(unprintable, substitute)
    .replace(reserved, substitute)
    .normalize('NFC');
  return shorten(guarded(printable.trimStart().replace(looseEnd, '')), maxNameBytes);
}

/**
 * The name of a file or folder that goes directly into a folder of the user. It does not begin with
 * a dot: nothing that arrives is hidden, or read by a program at its start.
 */
export function safeTopName(name: string): string {
  const safe = safeFileName(name);
  return safe.startsWith('.') ? safeFileName(substitute + safe.slice(1)) : safe;
}

/** The name with ` (NUMBER)` before its extension, no longer than any name may be. */
export function numberedName(name: string, number: number): string {
  const { stem, extension } = splitExtension(name);
  const suffix = ` (${number})`;
  return cutToBytes(stem, maxNameBytes - byteLength(suffix + extension)).replace(looseEnd, '') + suffix + extension;
}

/**
 * Equal for names that are the same file on some system: those that differ in case, in
 * normalisation, or in forms of the same letters.
 */
export function comparableFileName(name: string): string {
  // Upper case first: some letters have several lower-case forms, such as σ and ς.
  return name.normalize('NFKD').toUpperCase().toLowerCase().normalize('NFKD');
}

/**
 * Gives each name of one folder once: the second `a.txt`, and a first `A.TXT` after it, are
 * numbered.
 *
 * @param safe makes a name safe
 */
export function createUniqueNames(safe: (name: string) => string): (name: string) => string {
  const taken = new Set<string>();
  /** By series: the next number of it. No number is tried twice. */
  const nextNumbers = new Map<string, number>();

  function numbered(wanted: string): string {
    for (let first = 1; ; first *= 10) {
      // Numbers of so many digits leave the same part of the name, and other names may too.
      const series = comparableFileName(numberedName(wanted, first));
      for (let number = nextNumbers.get(series) ?? Math.max(2, first); number < first * 10; number += 1) {
        const candidate = numberedName(wanted, number);
        nextNumbers.set(series, number + 1);
        if (!taken.has(comparableFileName(candidate))) return candidate;
      }
    }
  }

  return (name) => {
    const wanted = safe(name);
    const unique = taken.has(comparableFileName(wanted)) ? numbered(wanted) : wanted;
    taken.add(comparableFileName(unique));
    return unique;
  };
}

/** @param name without anything that no name may contain */
function guarded(name: string): string {
  if (name === '') return substitute;
  if (device.test(name)) return substitute + name;
  return actedUpon.test(name) ? `${name}.download` : name;
}

function shorten(name: string, maxBytes: number): string {
  if (byteLength(name) <= maxBytes) return name;
  const { stem, extension } = splitExtension(name);
  // A cut may end in a blank or a dot.
  const cut = cutToBytes(stem, maxBytes - byteLength(extension)).replace(looseEnd, '');
  return (cut === '' ? substitute : cut) + extension;
}

function splitExtension(name: string): { readonly stem: string; readonly extension: string } {
  const dot = name.lastIndexOf('.');
  const extension = dot > 0 ? name.slice(dot) : '';
  if (byteLength(extension) > maxExtensionBytes) return { stem: name, extension: '' };
  return { stem: name.slice(0, name.length - extension.length), extension };
}

/** Cuts between code points. */
function cutToBytes(text: string, maxBytes: number): string {
  let sizeBytes = 0;
  let end = 0;
  for (const character of text) {
    sizeBytes += byteLength(character);
    if (sizeBytes > maxBytes) break;
    end += character.length;
  }
  return text.slice(0, end);
}

/** In UTF-8, which no layer below the core can encode. */
function byteLength(text: string): number {
  let sizeBytes = 0;
  for (const character of text) {
    const codePoint = character.codePointAt(0) ?? 0;
    sizeBytes += codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;
  }
  return sizeBytes;
}
