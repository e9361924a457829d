/**
 * All mutations, by area. A change of the mutated code changes its entry too: `find` is the code of
 * today, and scripts/mutations.test.ts compares them.
 */
import { cryptoMutations } from './crypto.mjs';
import { filesMutations } from './files.mjs';
import { messagingMutations } from './messaging.mjs';
import { presenceMutations } from './presence.mjs';
import { roomsMutations } from './rooms.mjs';

/**
 * One fault, put into one file.
 *
 * @typedef {object} Mutation
 * @property {string} fault a sentence for a reader
 * @property {string} file relative to the root, with slashes
 * @property {string} find a part of the file that occurs once
 * @property {string} put in its place
 * @property {'unit' | 'contract' | 'sim'} project of vitest
 * @property {string} test the file that must catch it, relative to the root
 */

/** @type {Readonly<Record<string, readonly Mutation[]>>} */
export const areas = {
  presence: presenceMutations,
  messaging: messagingMutations,
  rooms: roomsMutations,
  files: filesMutations,
  crypto: cryptoMutations,
};
