/** Maps a key to the row that it moves to in the list. Pure. */
import type { ConversationId } from '../../../shared/lib/ids.ts';
import type { ListItem } from '../../state/list-items.ts';

/** Rows that a page key skips: about as many as a window of ordinary height shows. */
const pageSize = 10;

/**
 * @param inField whether a text field had the focus, where Home and End belong to the text
 * @returns the conversation to select, or `undefined` if the key does nothing here
 */
export function stepSelection(
  items: readonly ListItem[],
  selected: ConversationId | undefined,
  key: string,
  inField: boolean,
): ConversationId | undefined {
  const ids = items.flatMap((item) => (item.type === 'row' ? [item.conversation] : []));
  const index = selected === undefined ? -1 : ids.indexOf(selected);
  const last = ids.length - 1;
  switch (key) {
    case 'ArrowDown':
      return ids[Math.min(last, index + 1)];
    case 'ArrowUp':
      return ids[index === -1 ? last : Math.max(0, index - 1)];
    case 'PageDown':
      return ids[Math.min(last, Math.max(0, index) + pageSize)];
    case 'PageUp':
      return ids[Math.max(0, index - pageSize)];
    case 'Home':
      return inField ? undefined : ids[0];
    case 'End':
      return inField ? undefined : ids[last];
    case 'Enter':
      return inField && index === -1 ? ids[0] : undefined;
    default:
      return undefined;
  }
}
