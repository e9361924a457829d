/** When this program was built. The bundler puts the time in (electron.vite.config.ts). */

declare const hallwayBuiltMs: number | undefined;

/** Milliseconds since 1970; 0 if it runs from its sources. */
export const builtAtMs = typeof hallwayBuiltMs === 'undefined' ? 0 : hallwayBuiltMs;
