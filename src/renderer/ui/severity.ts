/** A severity as an icon that differs by shape, and as a word. */
import { Info, OctagonAlert, TriangleAlert } from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import { say } from '../../shared/text/messages/page.ts';
import type { Severity } from '../../shared/contract/health.ts';

export const severityIcons: Readonly<Record<Severity, LucideIcon>> = { error: OctagonAlert, warning: TriangleAlert, info: Info };
export const severityWords: Readonly<Record<Severity, string>> = {
  error: say('ui.severity.error'),
  warning: say('ui.severity.warning'),
  info: say('ui.severity.info'),
};
