/**
 * Makes `import 'electron'` find the stand-in: `node --import .../register.ts out/main/index.js`. The real module would try to download
 * its runtime and throw.
 */
import { registerHooks } from 'node:module';

const standIn = new URL('./electron.ts', import.meta.url).href;

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'electron' ? { url: standIn, shortCircuit: true } : next(specifier, context),
});
