/** How the network doctor lists names. Pure. */
import { formatList } from '../../../../shared/text/format.ts';

/** More names than this are counted rather than listed: a finding must stay a sentence. */
const maxListed = 5;

/** `a`, `a and b`, `a, b and c`; of many the first few and how many more. */
export function listed(names: readonly string[]): string {
  return formatList(names, maxListed);
}
