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

// An application of its own, which a test drives. A unit test that uses parts of the stub has no register.ts.
process.env['HALLWAY_ELECTRON_STUB'] = 'driven';
