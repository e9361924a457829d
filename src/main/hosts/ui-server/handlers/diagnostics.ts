/** Serves the network doctor, the problem report, and help with the firewall. */
import type { diagnosticsCalls } from '../../../../shared/contract/diagnostics.ts';
import { firewallLines } from '../../../../shared/lib/firewall-lines.ts';
import type { HandlersOf } from '../../../../shared/rpc/rpc.ts';
import type { Hallway } from '../../../core/hallway.ts';
import { notAvailable } from './failures.ts';

/** @param fixFirewall asks the system to let this program through; absent where nothing can */
export function diagnosticsHandlers(
  { diagnostics }: Pick<Hallway, 'diagnostics'>,
  fixFirewall?: () => Promise<boolean>,
): HandlersOf<typeof diagnosticsCalls> {
  return {
    doctor: () => ({ ok: true, output: diagnostics.examine() }),
    problemReport: async () => ({ ok: true, output: await diagnostics.report() }),
    firewallHelp() {
      const tool = diagnostics.source().firewallTool;
      const { port, unicastPort, tcpPort } = diagnostics.examine().diagnostics;
      const isUsed = (given: number): boolean => given !== 0;
      const ports = { udp: [port, unicastPort].filter(isUsed), tcp: [tcpPort].filter(isUsed) };
      const lines = tool === undefined ? [] : [...firewallLines(tool, ports)];
      return { ok: true, output: { tool: tool ?? null, lines, canFix: fixFirewall !== undefined } };
    },
    fixFirewall() {
      if (fixFirewall === undefined) return notAvailable;
      // The system may wait for the user for longer than a call may take. Its doctor sees the effect.
      void fixFirewall();
      return { ok: true, output: {} };
    },
  };
}
