/** Leads from the settings of the network to the network view, which has their effects. */
import type { ReactNode } from 'react';
import { say } from '../../../shared/text/messages/page.ts';
import { useHallwayContext } from '../../state/context.tsx';
import { showNetwork } from '../../state/route.ts';
import { Button } from '../../ui/button.tsx';
import { Section } from '../../ui/section.tsx';
import { ActionRow } from './action-row.tsx';

export function NetworkLink(): ReactNode {
  const { store } = useHallwayContext();
  return (
    <Section title={say('network.title')}>
      <ActionRow title={say('settings-page.network')} text={say('settings-page.network.text')}>
        <Button kind="pill" onPress={() => store.navigate(showNetwork())}>
          {say('settings-page.network.open')}
        </Button>
      </ActionRow>
    </Section>
  );
}
