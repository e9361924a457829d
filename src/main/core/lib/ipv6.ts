/** IPv6 addresses as numbers, and their one text form (RFC 5952). Pure. */

const groupCount = 8;

/** @param address without a zone @returns undefined if it is no IPv6 address */
export function ipv6Number(address: string): bigint | undefined {
  const [head = [], tail, ...more] = withoutDots(address)
    .split('::')
    .map((part) => (part === '' ? [] : part.split(':')));
  const missing = groupCount - head.length - (tail?.length ?? 0);
  if (more.length > 0 || (tail === undefined ? missing !== 0 : missing < 1)) return undefined;
  const groups = [...head, ...Array.from({ length: tail === undefined ? 0 : missing }, () => '0'), ...(tail ?? [])];
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  return BigInt(`0x${groups.map((group) => group.padStart(4, '0')).join('')}`);
}

/** The form that systems use: without leading zeros, and `::` for the longest run of zeros. */
export function formatIpv6(value: bigint): string {
  const groups = Array.from({ length: groupCount }, (_, index) =>
    ((value >> BigInt(16 * (groupCount - 1 - index))) & 0xffffn).toString(16),
  );
  const runs = [...groups.join(':').matchAll(/\b0(?::0)+\b/g)].map(([run]) => run);
  const longest = runs.toSorted((a, b) => b.length - a.length)[0];
  return longest === undefined ? groups.join(':') : shorten(groups.join(':'), longest);
}

function shorten(text: string, run: string): string {
  const at = new RegExp(`(^|:)${run}(:|$)`).exec(text)?.index ?? 0;
  const start = text[at] === ':' ? at + 1 : at;
  return `${text.slice(0, start).replace(/:$/, '')}::${text.slice(start + run.length).replace(/^:/, '')}`;
}

/** Writes an IPv4 address at the end (`::ffff:10.0.0.1`) as two groups. */
function withoutDots(address: string): string {
  return address.replace(/(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/, (_, ...parts: string[]) => {
    const [a = 0, b = 0, c = 0, d = 0] = parts.slice(0, 4).map(Number);
    return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
  });
}
