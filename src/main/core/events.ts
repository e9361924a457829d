/** All events of the core. Each area declares its own; this file joins them. */
import type { HealthEvent } from './health/health-board.ts';
import type { MarksEvent } from './marks/marks.ts';
import type { MessagingEvent } from './messaging/messaging.ts';
import type { NotificationsEvent } from './notifications/notifications.ts';
import type { PresenceEvent } from './presence/index.ts';
import type { ProfileEvent } from './profile/profile.ts';
import type { RoomsEvent } from './rooms/rooms.ts';
import type { SettingsEvent } from './settings/settings.ts';
import type { TransferEvent } from './transfers/transfers.ts';

export type HallwayEvent =
  | PresenceEvent
  | ProfileEvent
  | SettingsEvent
  | HealthEvent
  | MessagingEvent
  | RoomsEvent
  | NotificationsEvent
  | MarksEvent
  | TransferEvent;
