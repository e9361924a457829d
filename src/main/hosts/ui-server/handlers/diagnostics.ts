/** Serves the network doctor and the problem report. */
import type { diagnosticsCalls } from '../../../../shared/contract/diagnostics.ts';
import type { HandlersOf } from '../../../../shared/rpc/rpc.ts';
import type { Hallway } from '../../../core/hallway.ts';

export function diagnosticsHandlers({ diagnostics }: Pick<Hallway, 'diagnostics'>): HandlersOf<typeof diagnosticsCalls> {
  return {
    doctor: () => ({ ok: true, output: diagnostics.examine() }),
    problemReport: async () => ({ ok: true, output: await diagnostics.report() }),
  };
}
