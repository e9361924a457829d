/**
 * Places in a conversation for tests that make up messages: as the stores name them, and one behind
 * every message.
 */
import { cursorAt } from '../../src/main/node/storage/query/cursor.ts';

export { cursorAt };
export const behindAll = cursorAt(Number.MAX_SAFE_INTEGER);
