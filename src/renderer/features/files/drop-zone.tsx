/** Takes files that the user drops anywhere on the conversation, and shows that it would. */
import { useRef, useState } from 'react';
import type { DragEvent, ReactNode } from 'react';
import { say } from '../../../shared/text/messages/page.ts';
import styles from './drop-zone.module.css';
import { entriesOf } from './read-choice.ts';
import type { SendingFiles } from './use-send-files.ts';

interface DropZoneProps {
  readonly name: string;
  /** Undefined where nothing can be sent: then a drop does nothing, and opens nothing. */
  readonly sending: SendingFiles | undefined;
  readonly children: ReactNode;
}

export function DropZone({ name, sending, children }: DropZoneProps): ReactNode {
  const [isOver, setIsOver] = useState(false);
  /** Elements inside that the pointer entered and did not leave. */
  const depth = useRef(0);

  function follow(event: DragEvent, change: number): void {
    if (!hasFiles(event)) return;
    event.preventDefault();
    depth.current += change;
    setIsOver(sending !== undefined && depth.current > 0);
  }

  function drop(event: DragEvent): void {
    if (!hasFiles(event)) return;
    event.preventDefault();
    depth.current = 0;
    setIsOver(false);
    sending?.sendDropped([...event.dataTransfer.files], entriesOf(event.dataTransfer));
  }

  return (
    <div
      className={styles.zone}
      onDragEnter={(event) => follow(event, 1)}
      onDragLeave={(event) => follow(event, -1)}
      onDragOver={(event) => follow(event, 0)}
      onDrop={drop}
    >
      {children}
      {isOver && (
        <div className={styles.over} aria-hidden="true">
          {say('files.drop', { name })}
        </div>
      )}
    </div>
  );
}

/** A text that is dragged is none of ours. */
function hasFiles({ dataTransfer }: DragEvent): boolean {
  return dataTransfer.types.includes('Files');
}
