/**
 * The schema library, configured once. Every schema in `shared` imports `z` from here, so that the
 * setting below always applies.
 */
import * as z from 'zod';

// The Content-Security-Policy forbids `eval`, which zod's compiled parsers would use.
z.config({ jitless: true });

export { z };
