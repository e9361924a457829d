/** The schema library, set up once. Every schema in `shared` takes `z` from here, so that the setting below holds for all of them. */
import * as z from 'zod';

// The Content-Security-Policy forbids `eval`, which zod's compiled parsers would try.
z.config({ jitless: true });

export { z };
