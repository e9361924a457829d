/**
 * The settings page (rules SET-27 to SET-32): sections, a search over all of them, and rows from the
 * table of settings alone. Beside the rows, each section has what belongs to it and is no setting.
 */
import { ArrowLeft, X } from 'lucide-react';
import { useLayoutEffect, useRef, useState } from 'react';
import type { ReactNode, RefObject } from 'react';
import { say } from '../../../shared/text/messages/page.ts';
import { useHallway, useHallwayContext } from '../../state/context.tsx';
import { close, showSettings } from '../../state/route.ts';
import { selectRoute } from '../../state/selectors.ts';
import { settingsPlaces, type SettingsPlace } from '../../state/settings-places.ts';
import { Button } from '../../ui/button.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { Select } from '../../ui/select.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { FoundSettings } from './found-settings.tsx';
import { placeTitle } from './groups.ts';
import { SettingsSection } from './settings-section.tsx';
import styles from './settings-page.module.css';
import type { DescribedShortcut } from './shortcut-list.tsx';
import { UndoNotices } from './undo.tsx';
import { useAbout } from './use-about.ts';

interface SettingsPageProps {
  readonly section: SettingsPlace;
  readonly shortcuts: readonly DescribedShortcut[];
}

/** Longer than any search. */
const maxSearchLength = 100;

export function SettingsPage({ section, shortcuts }: SettingsPageProps): ReactNode {
  const { store } = useHallwayContext();
  const [search, setSearch] = useState('');
  const about = useAbout();
  const page = useFocusWhileOpen();
  const onClose = (): void => store.navigate(close);

  function choose(place: SettingsPlace): void {
    setSearch('');
    store.navigate(showSettings(place));
  }

  return (
    <section ref={page} className={styles.page} id="settings" aria-label={say('settings-page.title')} tabIndex={-1}>
      <header className={styles.head}>
        <Button kind="back" className={styles.back} onPress={onClose}>
          <ArrowLeft size={16} aria-hidden="true" /> {say('contacts.people')}
        </Button>
        <h1 className={styles.title}>{say('settings-page.title')}</h1>
        <TextField
          className={styles.search}
          label={say('settings-page.search')}
          placeholder={say('settings-page.search')}
          autoComplete="off"
          maxLength={maxSearchLength}
          spellCheck={false}
          value={search}
          onText={setSearch}
          onKeyDown={(event) => {
            if (event.key !== 'Escape' || search === '') return;
            event.preventDefault();
            setSearch('');
          }}
        />
        <IconButton
          size={32}
          className={styles.close}
          label={say('settings-page.close')}
          title={say('ui.close')}
          onPress={onClose}
        >
          <X size={18} aria-hidden="true" />
        </IconButton>
      </header>
      <div className={styles.body}>
        <Sections chosen={search.trim() === '' ? section : undefined} onChoose={choose} />
        <div className={styles.content}>
          <UndoNotices>
            {search.trim() === '' ? (
              <SettingsSection key={section} place={section} about={about} shortcuts={shortcuts} />
            ) : (
              <FoundSettings text={search} about={about} />
            )}
          </UndoNotices>
        </div>
      </div>
    </section>
  );
}

interface SectionsProps {
  readonly chosen: SettingsPlace | undefined;
  onChoose(place: SettingsPlace): void;
}

/** A list of links; where there is little room, the style sheet shows the menu in its place. */
function Sections({ chosen, onChoose }: SectionsProps): ReactNode {
  return (
    <nav className={styles.nav} aria-label={say('settings-page.sections')}>
      <ul className={styles.links}>
        {settingsPlaces.map((place) => (
          <li key={place}>
            <Button
              kind="plain"
              className={styles.link}
              aria-current={place === chosen ? 'page' : undefined}
              onPress={() => onChoose(place)}
            >
              {placeTitle(place)}
            </Button>
          </li>
        ))}
      </ul>
      <div className={styles.menu}>
        <Select
          label={say('settings-page.sections')}
          value={chosen ?? ''}
          choices={[
            ...(chosen === undefined ? [{ value: '', label: say('settings-page.search') }] : []),
            ...settingsPlaces.map((place) => ({ value: place, label: placeTitle(place) })),
          ]}
          onPick={(value) => {
            const place = settingsPlaces.find((candidate) => candidate === value);
            if (place !== undefined) onChoose(place);
          }}
        />
      </div>
    </nav>
  );
}

/**
 * Moves the focus into the page when it opens, unless a link named a row. Restores the focus on
 * close.
 */
function useFocusWhileOpen(): RefObject<HTMLElement | null> {
  const page = useRef<HTMLElement>(null);
  const route = useHallway(selectRoute);
  const isLinked = useRef(route.page === 'settings' && route.key !== undefined);
  useLayoutEffect(() => {
    const before = document.activeElement;
    const own = page.current;
    if (!isLinked.current) own?.focus({ preventScroll: true });
    return () => {
      const isOurs = own?.contains(document.activeElement) === true || document.activeElement === document.body;
      if (isOurs && before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    };
  }, []);
  return page;
}
