/**
 * One of the two panes of the window. A fault in a component ends its pane, not the page: the other
 * pane goes on, and drafts are kept outside of both (rule LIST-14).
 */
import { TriangleAlert } from 'lucide-react';
import { Component, Fragment } from 'react';
import type { ReactNode } from 'react';
import { say } from '../../shared/text/messages/page.ts';
import { useHallwayContext } from '../state/context.tsx';
import { showNetwork } from '../state/route.ts';
import { Button } from '../ui/button.tsx';
import { EmptyPanel } from '../ui/empty-panel.tsx';

interface PaneProps {
  readonly name: 'side' | 'main';
  readonly children: ReactNode;
}

interface PaneState {
  readonly hasFailed: boolean;
  /** Counts reloads: the components begin anew. */
  readonly generation: number;
}

/** React reports a fault to a class alone. */
export class Pane extends Component<PaneProps, PaneState> {
  override state: PaneState = { hasFailed: false, generation: 0 };

  static getDerivedStateFromError(): Partial<PaneState> {
    return { hasFailed: true };
  }

  reload = (): void => this.setState(({ generation }) => ({ hasFailed: false, generation: generation + 1 }));

  override render(): ReactNode {
    const { name, children } = this.props;
    const { hasFailed, generation } = this.state;
    if (!hasFailed) return <Fragment key={generation}>{children}</Fragment>;
    return <FailedPane name={name} onReload={this.reload} />;
  }
}

interface FailedPaneProps {
  readonly name: PaneProps['name'];
  onReload(): void;
}

function FailedPane({ name, onReload }: FailedPaneProps): ReactNode {
  const { store } = useHallwayContext();

  function showReport(): void {
    store.navigate(showNetwork());
    if (name === 'main') onReload();
  }

  return (
    <div role="alert">
      <EmptyPanel icon={TriangleAlert} title={say('pane.failed')}>
        <p>{say('pane.failed.text')}</p>
        <Button kind="main" onPress={onReload}>
          {say('pane.reload')}
        </Button>
        <Button kind="link" onPress={showReport}>
          {say('pane.report')}
        </Button>
      </EmptyPanel>
    </div>
  );
}
