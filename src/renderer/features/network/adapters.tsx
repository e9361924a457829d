/** Each adapter with what it joined, sent and heard, and a switch that takes it out of use. */
import type { ReactNode } from 'react';
import { formatDuration } from '../../../shared/text/format.ts';
import type { Diagnostics, InterfaceReport } from '../../../shared/contract/diagnostics.ts';
import { Section } from '../../ui/section.tsx';
import { Switch } from '../../ui/switch.tsx';
import styles from './adapters.module.css';
import { adaptersOf } from './report-view.ts';
import type { Adapter } from './report-view.ts';
import { useNetworkChange } from './use-network-change.ts';

export function Adapters({ diagnostics }: { readonly diagnostics: Diagnostics }): ReactNode {
  const { failure, change } = useNetworkChange();
  const { excludedInterfaces } = diagnostics.network;
  const adapters = adaptersOf(diagnostics);

  function use(name: string, isUsed: boolean): void {
    const others = excludedInterfaces.filter((other) => other !== name);
    void change({ excludedInterfaces: isUsed ? others : [...others, name] });
  }

  return (
    <Section title="Adapters" hint="Switch off a VPN or a metered connection to keep Hallway away from it.">
      {adapters.length === 0 && <p className={styles.none}>This computer is on no network that Hallway can use.</p>}
      {adapters.length > 0 && (
        <table className={styles.table}>
          <thead className={styles.columns}>
            <tr>
              <th scope="col">Address</th>
              <th scope="col">Joined</th>
              <th scope="col">Sent</th>
              <th scope="col">Heard</th>
              <th scope="col">Own beacon</th>
            </tr>
          </thead>
          {adapters.map((adapter) => (
            <AdapterRows key={adapter.name} adapter={adapter} onUse={(isUsed) => use(adapter.name, isUsed)} />
          ))}
        </table>
      )}
      {failure !== undefined && (
        <p className={styles.failure} role="alert">
          {failure}
        </p>
      )}
    </Section>
  );
}

interface AdapterRowsProps {
  readonly adapter: Adapter;
  onUse(isUsed: boolean): void;
}

function AdapterRows({ adapter: { name, isUsed, addresses, isDeaf }, onUse }: AdapterRowsProps): ReactNode {
  return (
    <tbody className={styles.adapter} data-used={isUsed}>
      <tr>
        <th scope="rowgroup" colSpan={5} className={styles.head}>
          <span className={styles.headLine}>
            <bdi className={styles.name}>{name}</bdi>
            {!isUsed && <span className={styles.off}>Not used</span>}
            {isUsed && addresses.length === 0 && <span className={styles.off}>Being joined</span>}
            <Switch label={`Use ${name}`} isOn={isUsed} onSwitch={onUse} />
          </span>
        </th>
      </tr>
      {addresses.map((address) => (
        <AddressRow key={`${address.family} ${address.address}`} report={address} isDeaf={isDeaf} />
      ))}
    </tbody>
  );
}

function AddressRow({ report, isDeaf }: { readonly report: InterfaceReport; readonly isDeaf: boolean }): ReactNode {
  const { address, prefixLength, joined, sent, sendFailures, lastSendFailure, heard, ownBeaconHeardMsAgo, failure } = report;
  return (
    <tr className={styles.row}>
      <td className={styles.address}>
        <bdi>
          {address}/{prefixLength}
        </bdi>
        {failure !== null && <span className={styles.trouble}>Cannot be used: {failure}</span>}
      </td>
      <td data-label="Joined" data-trouble={!joined}>
        {joined ? 'Yes' : 'No'}
      </td>
      <td data-label="Sent">
        {sent.toLocaleString()}
        {sendFailures > 0 && (
          <span className={styles.trouble} title={lastSendFailure ?? undefined}>
            {sendFailures.toLocaleString()} failed{lastSendFailure !== null && `, ${lastSendFailure}`}
          </span>
        )}
      </td>
      <td data-label="Heard" data-trouble={isDeaf && heard === 0}>
        {heard.toLocaleString()}
      </td>
      <td data-label="Own beacon" data-trouble={isDeaf}>
        {ownBeaconHeardMsAgo === null ? 'Not heard' : `${formatDuration(ownBeaconHeardMsAgo)} ago`}
      </td>
    </tr>
  );
}
