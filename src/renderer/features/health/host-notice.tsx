/** A notice of the host, for a system that shows no notifications (rule DESK-51). */
import { Info } from 'lucide-react';
import type { ReactNode } from 'react';
import { say } from '../../../shared/text/messages/page.ts';
import { useHallway, useHallwayContext } from '../../state/context.tsx';
import { showSettings } from '../../state/route.ts';
import { Button } from '../../ui/button.tsx';
import styles from './banners.module.css';

export function HostNotice(): ReactNode {
  const { store } = useHallwayContext();
  const notice = useHallway(({ view }) => view.notice);
  if (notice === undefined) return null;

  function toSetting(): void {
    store.showNotice(undefined);
    store.navigate(showSettings('keepRunning'));
  }

  return (
    <div className={styles.banner} data-severity="info" role="status">
      <Info className={styles.icon} size={17} aria-hidden="true" />
      <p className={styles.text}>
        <strong className={styles.title}>{say('banner.kept-running')}</strong> {say('banner.kept-running.text')}
      </p>
      <Button kind="pill" onPress={toSetting}>
        {say('banner.kept-running.setting')}
      </Button>
      <Button kind="pill" onPress={() => store.showNotice(undefined)}>
        {say('banner.kept-running.close')}
      </Button>
    </div>
  );
}
