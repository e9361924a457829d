/**
 * Cuts a stream of bytes into lines of text. Total: a line that is too long or not UTF-8 becomes a
 * value that says so, and the next lines are unharmed. The meaning of a line is left to
 * `automation-command.ts`.
 */

/**
 * The longest line, without its end: the longest message text (16 KiB) with every character
 * escaped.
 */
export const maxLineBytes = 128 * 1024;

export type Line =
  { readonly ok: true; readonly text: string } | { readonly ok: false; readonly problem: 'too-long' | 'not-utf8' };

export interface LineDecoder {
  /** @returns the lines that these bytes completed */
  push(bytes: Uint8Array): readonly Line[];
  /** @returns the last line, if it has no end */
  end(): readonly Line[];
}

const lineFeed = 0x0a;

export function createLineDecoder(options: { readonly maxBytes?: number } = {}): LineDecoder {
  const maxBytes = options.maxBytes ?? maxLineBytes;
  let parts: Uint8Array[] = [];
  let sizeBytes = 0;

  function append(bytes: Uint8Array): void {
    sizeBytes += bytes.length;
    // Counts the bytes beyond the limit, but never stores them. Copies, because the caller may
    // reuse its buffer.
    if (sizeBytes > maxBytes) parts = [];
    else if (bytes.length > 0) parts.push(Uint8Array.from(bytes));
  }

  function finish(): Line {
    const line = sizeBytes > maxBytes ? ({ ok: false, problem: 'too-long' } as const) : decodeText(parts);
    parts = [];
    sizeBytes = 0;
    return line;
  }

  return {
    push(bytes) {
      const lines: Line[] = [];
      let start = 0;
      for (let end = bytes.indexOf(lineFeed); end >= 0; end = bytes.indexOf(lineFeed, start)) {
        append(bytes.subarray(start, end));
        lines.push(finish());
        start = end + 1;
      }
      append(bytes.subarray(start));
      return lines;
    },
    end: () => (sizeBytes === 0 ? [] : [finish()]),
  };
}

function decodeText(parts: readonly Uint8Array[]): Line {
  try {
    return { ok: true, text: new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(parts)) };
  } catch {
    return { ok: false, problem: 'not-utf8' };
  }
}
