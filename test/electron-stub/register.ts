/**
 * Makes `import 'electron'` find the Electron stub: `node --import .../register.ts out/main/index.js`. The real module would try to download
 * its runtime and throw.
 */
import { registerHooks } from 'node:module';

const electronStub = new URL('./electron.ts', import.meta.url).href;

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'electron' ? { url: electronStub, shortCircuit: true } : next(specifier, context),
});
