/**
 * The pane while no one else is here (rule LIST-11): the name that others will see, some time of
 * looking before it says that no one is here, then how to invite someone and what the doctor found.
 */
import { Radar, Radio } from 'lucide-react';
import type { ReactNode } from 'react';
import { say } from '../../../shared/text/messages/page.ts';
import { useDiagnostics, useHallway, useHallwayContext } from '../../state/context.tsx';
import { openOverlay } from '../../state/route.ts';
import { selectSelf } from '../../state/selectors.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyPanel } from '../../ui/empty-panel.tsx';
import { said } from '../../ui/said.tsx';
import { NotFoundHint } from '../contacts/not-found-hint.tsx';
import { Findings } from '../network/findings.tsx';
import { Invitation } from './invitation.tsx';
import styles from './welcome.module.css';

/** @param isLooking too early to say that no one is here */
export function Welcome({ isLooking }: { readonly isLooking: boolean }): ReactNode {
  const wasAnybodyHere = useHallway(({ core }) => core.departed.size > 0);
  if (isLooking && !wasAnybodyHere) {
    return (
      <EmptyPanel icon={Radar} title={say('invite.looking')}>
        <p role="status">{say('invite.looking.text')}</p>
        <SeenAs />
      </EmptyPanel>
    );
  }
  return (
    <EmptyPanel icon={Radio} title={wasAnybodyHere ? say('contacts.everyone-left') : say('contacts.first')}>
      <p>{say('contacts.listening')}</p>
      <SeenAs />
      <Invitation />
      <Found />
      <NotFoundHint />
    </EmptyPanel>
  );
}

function SeenAs(): ReactNode {
  const { store } = useHallwayContext();
  const self = useHallway(selectSelf);
  if (self === undefined) return null;
  return (
    <p className={styles.seenAs}>
      {said('invite.as', { name: <strong dir="auto">{self.name}</strong>, host: <em dir="auto">{self.host}</em> })}{' '}
      <Button kind="link" onPress={() => store.navigate(openOverlay('profile'))}>
        {say('invite.change')}
      </Button>
    </p>
  );
}

/** On the same screen, because the reader wonders why no one comes. */
function Found(): ReactNode {
  const report = useDiagnostics((state) => state.report);
  if (report === undefined) return null;
  return (
    <section className={styles.found} aria-label={say('invite.found')}>
      <Findings report={report} withoutChecks />
    </section>
  );
}
