/** Lists the adapters with their group membership and traffic, each with a switch to exclude it. */
import type { ReactNode } from 'react';
import { say } from '../../../shared/text/messages/page.ts';
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
    <Section title={say('network.adapters')} hint={say('network.adapters.hint')}>
      {adapters.length === 0 && <p className={styles.none}>{say('network.adapters.none')}</p>}
      {adapters.length > 0 && (
        <table className={styles.table}>
          <thead className={styles.columns}>
            <tr>
              <th scope="col">{say('network.adapter.address')}</th>
              <th scope="col">{say('network.adapter.joined')}</th>
              <th scope="col">{say('network.adapter.sent')}</th>
              <th scope="col">{say('network.adapter.heard')}</th>
              <th scope="col">{say('network.adapter.own-beacon')}</th>
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
            {!isUsed && <span className={styles.off}>{say('network.adapter.off')}</span>}
            {isUsed && addresses.length === 0 && <span className={styles.off}>{say('network.adapter.joining')}</span>}
            <Switch label={say('network.adapter.use', { name })} isOn={isUsed} onSwitch={onUse} />
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
        {failure !== null && <span className={styles.trouble}>{say('network.adapter.unusable', { systemCode: failure })}</span>}
      </td>
      <td data-label={say('network.adapter.joined')} data-trouble={!joined}>
        {joined ? say('network.adapter.yes') : say('network.adapter.no')}
      </td>
      <td data-label={say('network.adapter.sent')}>
        {sent.toLocaleString()}
        {sendFailures > 0 && (
          <span className={styles.trouble} title={lastSendFailure ?? undefined}>
            {lastSendFailure === null
              ? say('network.adapter.failed', { count: sendFailures })
              : say('network.adapter.failed-why', { count: sendFailures, systemCode: lastSendFailure })}
          </span>
        )}
      </td>
      <td data-label={say('network.adapter.heard')} data-trouble={isDeaf && heard === 0}>
        {heard.toLocaleString()}
      </td>
      <td data-label={say('network.adapter.own-beacon')} data-trouble={isDeaf}>
        {ownBeaconHeardMsAgo === null
          ? say('network.adapter.not-heard')
          : say('network.adapter.ago', { passedMs: ownBeaconHeardMsAgo })}
      </td>
    </tr>
  );
}
