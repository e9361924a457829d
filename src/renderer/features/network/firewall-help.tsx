/**
 * Help with this computer's firewall below a finding that it may explain: lines to copy, and a
 * button where the system allows one (rules DESK-35 and DESK-36).
 */
import { useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import type { CallOutput } from '../../../shared/contract/index.ts';
import { say } from '../../../shared/text/messages/page.ts';
import { useHallwayContext } from '../../state/context.tsx';
import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import styles from './firewall-help.module.css';

/** Findings that this computer's firewall may explain. */
const firewallCodes: ReadonlySet<string> = new Set([
  'no-loopback',
  'one-way-all',
  'send-refused',
  'nobody-here',
  'local-network-denied',
]);

export function mayBeFirewall(code: string): boolean {
  return firewallCodes.has(code);
}

export function FirewallHelp(): ReactNode {
  const { client } = useHallwayContext();
  const [help, setHelp] = useState<CallOutput<'firewallHelp'>>();
  useEffect(() => {
    let isShown = true;
    void client.call('firewallHelp', {}).then((result) => {
      if (isShown && result.ok) setHelp(result.output);
    });
    return () => void (isShown = false);
  }, [client]);
  if (help === undefined || (help.lines.length === 0 && !help.canFix)) return null;
  const text = help.lines.join('\n');

  return (
    <div className={styles.help}>
      {help.canFix && <FixButton isMac={help.tool === 'macos'} />}
      {help.lines.length > 0 && (
        <>
          <p className={styles.lead}>
            {help.tool === 'windows' ? say('network.firewall.windows') : say('network.firewall.terminal')}
          </p>
          <div className={styles.lines} role="group" aria-label={say('network.firewall.lines')}>
            <code>{text}</code>
          </div>
          <CopyButton label={say('network.firewall.copy')} textOf={() => text} />
        </>
      )}
    </div>
  );
}

function FixButton({ isMac }: { readonly isMac: boolean }): ReactNode {
  const { client, diagnosticsPoller } = useHallwayContext();
  const [outcome, setOutcome] = useState<'none' | 'asked' | 'failed'>('none');

  async function fix(): Promise<void> {
    const result = await client.call('fixFirewall', {});
    diagnosticsPoller.refresh();
    setOutcome(result.ok ? 'asked' : 'failed');
  }

  return (
    <p className={styles.fix}>
      <Button kind="pill" onPress={() => void fix()}>
        {isMac ? say('network.firewall.open-settings') : say('network.firewall.allow')}
      </Button>
      <span role="status">
        {outcome === 'failed' && say('network.firewall.failed')}
        {outcome === 'asked' && !isMac && say('network.firewall.asked')}
      </span>
    </p>
  );
}
