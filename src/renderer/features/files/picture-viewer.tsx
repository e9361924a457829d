/**
 * Shows one picture of a conversation large, above the page (rules IMG-20 to IMG-25): zoom, pan,
 * the next and the previous one, and a way to save it.
 */
import { ChevronLeft, ChevronRight, Maximize, X, ZoomIn, ZoomOut } from 'lucide-react';
import { useId, useLayoutEffect, useRef, useState, useSyncExternalStore } from 'react';
import type { KeyboardEvent, ReactNode } from 'react';
import type { ConversationId } from '../../../shared/lib/ids.ts';
import { say } from '../../../shared/text/messages/page.ts';
import { useHallway, useHallwayContext } from '../../state/context.tsx';
import { selectSelf } from '../../state/selectors.ts';
import { IconButton } from '../../ui/icon-button.tsx';
import { OpenPictureProvider } from './open-picture.ts';
import { isHere, picturesOf, type Picture } from './pictures.ts';
import styles from './picture-viewer.module.css';
import { SaveButton } from './save-button.tsx';
import { useLargePicture } from './use-large-picture.ts';
import { useZoom, type Zoom } from './use-zoom.ts';

interface PictureViewerProps {
  readonly conversation: ConversationId;
  readonly children: ReactNode;
}

/** Around the messages, whose pictures it opens. */
export function PictureViewer({ conversation, children }: PictureViewerProps): ReactNode {
  const [open, setOpen] = useState<Picture>();
  return (
    <OpenPictureProvider value={setOpen}>
      {children}
      {open !== undefined && (
        <Viewer conversation={conversation} picture={open} onShow={setOpen} onClose={() => setOpen(undefined)} />
      )}
    </OpenPictureProvider>
  );
}

interface ViewerProps {
  readonly conversation: ConversationId;
  readonly picture: Picture;
  onShow(picture: Picture): void;
  onClose(): void;
}

function Viewer({ conversation, picture, onShow, onClose }: ViewerProps): ReactNode {
  const dialog = useModal();
  const titleId = useId();
  const zoom = useZoom(`${picture.transferId} ${picture.file}`);
  const { previous, next, place } = useNeighbours(conversation, picture);

  function show(other: Picture | undefined): void {
    if (other !== undefined) onShow(other);
  }

  function onKeyDown(event: KeyboardEvent): void {
    event.stopPropagation();
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (zoom.onKey(event)) event.preventDefault();
    else if (event.key === 'ArrowRight' && !event.shiftKey) show(next);
    else if (event.key === 'ArrowLeft' && !event.shiftKey) show(previous);
  }

  return (
    <dialog
      ref={dialog}
      className={styles.viewer}
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onKeyDown={onKeyDown}
    >
      <header className={styles.bar}>
        <div className={styles.what}>
          <h2 className={styles.title} id={titleId}>
            <bdi>{picture.name}</bdi>
          </h2>
          <span className={styles.place}>{place}</span>
        </div>
        <ZoomButtons zoom={zoom} />
        <SaveButton picture={picture} kind="icon" />
        <IconButton size={40} label={say('viewer.close')} title={say('viewer.close')} data-focus-home="viewer" onPress={onClose}>
          <X size={20} aria-hidden="true" />
        </IconButton>
      </header>
      <Stage picture={picture} zoom={zoom} />
      {picture.description !== '' && (
        <p className={styles.description} dir="auto">
          {picture.description}
        </p>
      )}
      <StepButton label={say('viewer.previous')} side="start" to={previous} onShow={onShow} />
      <StepButton label={say('viewer.next')} side="end" to={next} onShow={onShow} />
    </dialog>
  );
}

function Stage({ picture, zoom }: { readonly picture: Picture; readonly zoom: Zoom }): ReactNode {
  const { address, small, problem, onBroken } = useLargePicture(picture);
  const alt = picture.description === '' ? say('files.picture', { name: picture.name }) : picture.description;
  const shown = address ?? small;
  return (
    <div className={styles.stage} {...zoom.handlers} data-zoomed={zoom.scale > 1}>
      {shown !== undefined && (
        <img
          key={shown}
          className={styles.image}
          src={shown}
          alt={alt}
          draggable={false}
          data-small={address === undefined}
          style={{ transform: zoom.transform }}
          onError={() => onBroken(shown)}
        />
      )}
      {problem !== undefined && (
        <p className={styles.problem} role="alert">
          {problem}
        </p>
      )}
      {address === undefined && problem === undefined && (
        <p className={styles.loading} role="status">
          {say('viewer.loading')}
        </p>
      )}
    </div>
  );
}

function ZoomButtons({ zoom }: { readonly zoom: Zoom }): ReactNode {
  return (
    <div className={styles.zoom} role="group">
      <IconButton size={40} label={say('viewer.zoom-out')} title={say('viewer.zoom-out')} onPress={zoom.out}>
        <ZoomOut size={20} aria-hidden="true" />
      </IconButton>
      <output className={styles.percent}>{say('viewer.zoom', { percent: Math.round(zoom.scale * 100) })}</output>
      <IconButton size={40} label={say('viewer.zoom-in')} title={say('viewer.zoom-in')} onPress={zoom.in}>
        <ZoomIn size={20} aria-hidden="true" />
      </IconButton>
      <IconButton size={40} label={say('viewer.fit')} title={say('viewer.fit')} onPress={zoom.fit}>
        <Maximize size={18} aria-hidden="true" />
      </IconButton>
    </div>
  );
}

interface StepProps {
  readonly label: string;
  readonly side: 'start' | 'end';
  readonly to: Picture | undefined;
  onShow(picture: Picture): void;
}

function StepButton({ label, side, to, onShow }: StepProps): ReactNode {
  if (to === undefined) return null;
  const Icon = side === 'start' ? ChevronLeft : ChevronRight;
  return (
    <IconButton size={40} className={styles.step} data-side={side} label={label} title={label} onPress={() => onShow(to)}>
      <Icon size={24} aria-hidden="true" />
    </IconButton>
  );
}

/**
 * A layout effect, because the dialog must close while it is in the page: then the focus goes back.
 */
function useModal() {
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const own = dialog.current;
    if (own !== null && !own.open) own.showModal();
    own?.querySelector<HTMLElement>('[data-focus-home]')?.focus();
    return () => own?.close();
  }, []);
  return dialog;
}

/** All pictures of the conversation that are here, the oldest first. */
function useNeighbours(conversation: ConversationId, picture: Picture) {
  const { transfers } = useHallwayContext();
  const own = useHallway(selectSelf)?.peerId;
  // Only what is shown makes a difference.
  useSyncExternalStore(transfers.subscribe, () => here().map(nameOf).join('\n'));
  const all = here();
  const at = all.findIndex((other) => nameOf(other) === nameOf(picture));
  const place = all.length > 1 && at >= 0 ? say('viewer.place', { number: at + 1, count: all.length }) : '';
  return { previous: all[at - 1], next: at < 0 ? undefined : all[at + 1], place };

  function here(): readonly Picture[] {
    return transfers.list(conversation).flatMap((each) => (isHere(each, each.from === own) ? picturesOf(each) : []));
  }
}

function nameOf({ transferId, file }: Picture): string {
  return `${transferId} ${file}`;
}
