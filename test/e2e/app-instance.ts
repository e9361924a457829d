/**
 * A running Hallway with its page, on any host, and the actions that a spec may take. `fixtures.ts`
 * starts and ends instances.
 */
import type { Page } from '@playwright/test';
import type { ElectronStub } from '../electron-stub/electron-stub.ts';

export interface AppInstance {
  readonly name: string;
  readonly page: Page;
  /**
   * The page's complaints: errors, warnings and policy violations. A spec that expects none checks
   * this.
   */
  readonly complaints: readonly string[];
  /**
   * Quits like a user: Hallway says goodbye. Resolves when the process has ended.
   * @returns its exit code
   */
  quit(): Promise<number | null>;
  /** Kills the process without a goodbye, like a crash or a power failure. */
  kill(): Promise<void>;
  /** Suspends the process until it is resumed; messages for it wait meanwhile. Not on Windows. */
  pause(): void;
  goOn(): void;
  /** The process's output, for failure messages. */
  output(): string;
  /** The address printed by the browser host, which its page has used; `undefined` on other hosts. */
  readonly address?: string;
  /** The address that the browser host printed last, for one more page; `undefined` on other hosts. */
  nextAddress?(): Promise<string>;
  /** The other half of the Electron stub; on other hosts `undefined`. */
  readonly electronStub?: ElectronStub;
}

export interface LaunchOptions {
  readonly name: string;
  /** The folder of an earlier instance; absent for a new one. */
  readonly profile?: string;
  /** On the Electron stub: this desktop has a tray, which can bring a closed window back. */
  readonly hasTray?: boolean;
  /** On the Electron stub: a closed window is destroyed at once, as on Wayland. */
  readonly isWayland?: boolean;
  /** More arguments of the command line, on the Electron stub. */
  readonly args?: readonly string[];
  /** On another port than the rest of this test, out of reach of multicast, as beyond a router. */
  readonly isApart?: boolean;
}

/** @returns the port of the link, which the address of a page names after the code */
export function linkPortOf(address: string | undefined): number {
  return Number(address?.split('.').at(-1));
}

/** Collects the page's complaints from its first moment on. */
export function collectComplaints(page: Page, complaints: string[]): void {
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(`${message.type()}: ${message.text()}`);
  });
}
