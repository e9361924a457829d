/** One setting: its words, its control, and what stands in its way (rules SET-27 to SET-31). */
import { Lock } from 'lucide-react';
import { useEffect, useId, useRef } from 'react';
import type { ReactNode } from 'react';
import type { SettingKey } from '../../../shared/contract/settings.ts';
import { say } from '../../../shared/text/messages/page.ts';
import { settingMessage } from '../../../shared/text/messages/settings.ts';
import { useHallway } from '../../state/context.tsx';
import type { Route } from '../../state/route.ts';
import { selectRoute } from '../../state/selectors.ts';
import { Button } from '../../ui/button.tsx';
import { HoursDetails } from './hours-control.tsx';
import { controlOf } from './setting-control.ts';
import { SettingControl } from './setting-controls.tsx';
import styles from './setting-row.module.css';
import { useSettingEditor } from './use-setting.ts';

export function SettingRow({ settingKey }: { readonly settingKey: SettingKey }): ReactNode {
  const editor = useSettingEditor(settingKey);
  const { state, failure } = editor;
  const label = settingMessage(settingKey, 'label');
  const ids = useId();
  const row = useLinkedRow(settingKey);
  const { kind } = controlOf(settingKey);
  const isOwn = !state.locked && JSON.stringify(state.value) !== JSON.stringify(state.default);
  const describedBy = [`${ids}-text`, ...(failure === undefined ? [] : [`${ids}-failure`])].join(' ');

  return (
    <div ref={row} className={styles.row} data-setting={settingKey} data-kind={kind} data-wide={kind === 'list'}>
      <div className={styles.words}>
        <h4 className={styles.label}>{label}</h4>
        <p className={styles.text} id={`${ids}-text`}>
          {settingMessage(settingKey, 'description')}
        </p>
        {state.locked && (
          <p className={styles.locked}>
            <Lock size={13} aria-hidden="true" /> {say('settings-page.locked')}
          </p>
        )}
        {isOwn && (
          <Button
            kind="link"
            className={styles.reset}
            aria-label={say('settings-page.reset.what', { label })}
            onPress={editor.reset}
          >
            {say('settings-page.reset')}
          </Button>
        )}
      </div>
      <div className={styles.control} data-control>
        <SettingControl settingKey={settingKey} editor={editor} describedBy={describedBy} />
      </div>
      {kind === 'hours' && state.value !== null && (
        <div className={styles.more}>
          <HoursDetails editor={editor} />
        </div>
      )}
      {failure !== undefined && (
        <p className={styles.failure} id={`${ids}-failure`} role="alert">
          <bdi>{failure}</bdi>
        </p>
      )}
    </div>
  );
}

/** The row that a link names comes into view and takes the focus. */
function useLinkedRow(settingKey: SettingKey): React.RefObject<HTMLDivElement | null> {
  const row = useRef<HTMLDivElement>(null);
  // A new route object for each link, so that the same link works again.
  const linked = useHallway((state) => linkedRoute(selectRoute(state), settingKey));
  useEffect(() => {
    if (linked === undefined) return;
    row.current?.scrollIntoView({ block: 'center' });
    const controls = row.current?.querySelector('[data-control]')?.querySelectorAll<HTMLButtonElement>('button, input, select');
    const first = [...(controls ?? [])].find(({ disabled }) => !disabled);
    first?.focus({ preventScroll: true });
  }, [linked]);
  return row;
}

function linkedRoute(route: Route, settingKey: SettingKey): Route | undefined {
  return route.page === 'settings' && route.key === settingKey ? route : undefined;
}
