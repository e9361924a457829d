/** Serves the network doctor and the problem report. */
import type { diagnosticsCalls } from '../../../../shared/contract/diagnostics.ts';
import type { HandlersOf } from '../../../../shared/rpc/rpc.ts';
import type { Hallway } from '../../../core/hallway.ts';

export function diagnosticsHandlers(hallway: Pick<Hallway, 'examine' | 'problemReport'>): HandlersOf<typeof diagnosticsCalls> {
  return {
    doctor: () => ({ ok: true, output: hallway.examine() }),
    problemReport: async () => ({ ok: true, output: await hallway.problemReport() }),
  };
}
