/** One running Hallway with its page, whatever the host, and what a spec may do with it. `fixtures.ts` starts and ends them. */
import type { Page } from '@playwright/test';
import type { ElectronStub } from '../electron-stub/electron-stub.ts';

export interface AppInstance {
  readonly name: string;
  readonly page: Page;
  /** Everything that the page complained about: errors, warnings, violations of the policy. A spec that expects none says so. */
  readonly complaints: readonly string[];
  /** Quits as its user would: Hallway says goodbye. Resolves when the process has ended. @returns its exit code */
  quit(): Promise<number | null>;
  /** Ends the process without a word, as a crash or a power cut would. */
  kill(): Promise<void>;
  /** Stops the process where it stands, until it is told to go on: what others sent meanwhile waits for it. Not on Windows. */
  pause(): void;
  goOn(): void;
  /** What the process wrote, for people. */
  output(): string;
  /** The address that the browser host printed; elsewhere `undefined`. */
  readonly address?: string;
  /** The other half of the Electron stub; on other hosts `undefined`. */
  readonly electronStub?: ElectronStub;
}

export interface LaunchOptions {
  readonly name: string;
  /** A folder of a former instance; absent means a new one. */
  readonly profile?: string;
  /** On another port than the rest of this test, where multicast does not reach it, as beyond a router. */
  readonly isApart?: boolean;
}

/** Collects what a page complains about from its first moment on. */
export function collectComplaints(page: Page, complaints: string[]): void {
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(`${message.type()}: ${message.text()}`);
  });
}
