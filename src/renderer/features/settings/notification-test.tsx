/** The button that shows a notification, to see whether the system lets it through (NOTIFY-19). */
import { useState } from 'react';
import type { ReactNode } from 'react';
import { say } from '../../../shared/text/messages/page.ts';
import type { CallResult } from '../../../shared/rpc/rpc.ts';
import { useHallwayContext } from '../../state/context.tsx';
import { Button } from '../../ui/button.tsx';
import { Section } from '../../ui/section.tsx';
import { ActionRow } from './action-row.tsx';

export function TestNotification(): ReactNode {
  const { testNotification } = useHallwayContext();
  const [result, setResult] = useState<CallResult<object>>();

  async function send(): Promise<void> {
    setResult(undefined);
    setResult(await testNotification());
  }

  return (
    <Section title={say('settings-page.group.test')}>
      <ActionRow
        title={say('settings-page.test')}
        text={say('settings-page.test.text')}
        outcome={result && (result.ok ? say('settings-page.test.sent') : result.message)}
        isFailure={result?.ok === false}
      >
        <Button kind="pill" onPress={() => void send()}>
          {say('settings-page.test.send')}
        </Button>
      </ActionRow>
    </Section>
  );
}
