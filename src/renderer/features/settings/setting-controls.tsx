/** The control of a setting, by its kind. */
import { Minus, Plus } from 'lucide-react';
import type { ReactNode } from 'react';
import type { SettingKey } from '../../../shared/contract/settings.ts';
import { say } from '../../../shared/text/messages/page.ts';
import { settingMessage } from '../../../shared/text/messages/settings.ts';
import { settingChoices } from '../../../shared/text/messages/settings/setting-words.ts';
import { IconButton } from '../../ui/icon-button.tsx';
import { Select } from '../../ui/select.tsx';
import { Switch } from '../../ui/switch.tsx';
import { FieldControl } from './field-control.tsx';
import { HoursControl } from './hours-control.tsx';
import { ListControl } from './list-control.tsx';
import { MomentControl } from './moment-control.tsx';
import { controlOf } from './setting-control.ts';
import styles from './setting-controls.module.css';
import type { SettingEditor } from './use-setting.ts';

export interface ControlProps {
  readonly settingKey: SettingKey;
  readonly editor: SettingEditor;
  /** IDs of the texts about the setting. */
  readonly describedBy: string;
}

export function SettingControl(props: ControlProps): ReactNode {
  const { settingKey, editor, describedBy } = props;
  const { state, change } = editor;
  const label = settingMessage(settingKey, 'label');
  const control = controlOf(settingKey);
  const common = { 'aria-describedby': describedBy, disabled: state.locked };
  if (settingKey === 'textSizePercent') return <TextSize {...props} />;
  switch (control.kind) {
    case 'switch':
      return <Switch {...common} label={label} isOn={state.value === true} onSwitch={change} />;
    case 'choice':
      return (
        <Select
          {...common}
          label={label}
          value={typeof state.value === 'string' ? state.value : ''}
          choices={control.values.map((value) => ({ value, label: settingChoices[settingKey]?.[value] ?? value }))}
          onPick={change}
        />
      );
    case 'number':
    case 'text':
      return <FieldControl key={JSON.stringify(state.value)} {...props} control={control} />;
    case 'list':
      return <ListControl {...props} />;
    case 'moment':
      return <MomentControl {...props} />;
    case 'hours':
      return <HoursControl {...props} />;
  }
}

const textSizes = { min: 90, max: 200, step: 10 } as const;

/** Two buttons: a slider would move away under the pointer as the text grows. */
function TextSize({ editor, describedBy }: ControlProps): ReactNode {
  const { state, change } = editor;
  const percent = typeof state.value === 'number' ? state.value : 100;
  const step = (by: number): void => change(Math.min(textSizes.max, Math.max(textSizes.min, percent + by)));
  return (
    <span className={styles.steps}>
      <IconButton
        size={28}
        label={say('settings-page.smaller')}
        aria-describedby={describedBy}
        disabled={state.locked || percent <= textSizes.min}
        onPress={() => step(-textSizes.step)}
      >
        <Minus size={16} aria-hidden="true" />
      </IconButton>
      <output className={styles.percent}>{say('settings-page.percent', { percent })}</output>
      <IconButton
        size={28}
        label={say('settings-page.larger')}
        aria-describedby={describedBy}
        disabled={state.locked || percent >= textSizes.max}
        onPress={() => step(textSizes.step)}
      >
        <Plus size={16} aria-hidden="true" />
      </IconButton>
    </span>
  );
}
