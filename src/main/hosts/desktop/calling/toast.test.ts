import { expect, test } from 'vitest';
import { createSeededRandom } from '../../../../../test/fakes/seeded-random.ts';
import { fakePeerId } from '../../../../../test/fakes/fake-hallway.ts';
import { conversationOfRoom, toCursor } from '../../../../shared/lib/ids.ts';
import { readActivation, writeToast } from './toast.ts';

const target = { conversation: conversationOfRoom('tea'), cursor: toCursor('7'), self: fakePeerId(0) };

test('[NOTIFY-30] any text is one text of the XML', () => {
  const written = writeToast({ title: `<b>"A" & 'B'</b>`, body: 'a\u0000\u0007\ud800]]>', isSilent: true, reply: '"', target });
  expect(written.replaceAll(/(launch|arguments)="[^"]*"/g, '$1')).toBe(
    '<toast activationType="foreground" launch><visual><binding template="ToastGeneric">' +
      '<text>&#60;b&#62;&#34;A&#34; &#38; &#39;B&#39;&#60;/b&#62;</text><text>a\ufffd]]&#62;</text></binding></visual>' +
      '<audio silent="true"/><actions><input id="reply" type="text" placeHolderContent="&#34;"/>' +
      '<action content="&#34;" arguments activationType="foreground" hint-inputId="reply"/></actions></toast>',
  );
});

test('[NOTIFY-30] an activation names the message of its banner, and its reply', () => {
  const toast = writeToast({ title: '', body: '', isSilent: false, reply: 'Reply', target });
  const [launch, reply] = ['launch', 'arguments'].map((name) =>
    (new RegExp(` ${name}="([^"]*)"`).exec(toast)?.[1] ?? '').replaceAll('&#38;', '&'),
  );
  expect([
    readActivation({ arguments: launch ?? '' }),
    readActivation({ arguments: reply ?? '', reply: 'on my way' }),
    readActivation({ arguments: reply ?? '', userInputs: { reply: 'soon' } }),
    readActivation({ arguments: reply ?? '' }),
  ]).toEqual([target, { ...target, reply: 'on my way' }, { ...target, reply: 'soon' }, { ...target, reply: '' }]);
});

test('[NOTIFY-30] 10,000 other activations are none', () => {
  const random = createSeededRandom(7);
  const parts = [
    'type=click',
    'type=action',
    'conversation=room%3Atea',
    'cursor=7',
    `self=${'a'.repeat(9)}`,
    '&',
    '=',
    '%',
    '\u0000',
  ];
  const texts = Array.from({ length: 10_000 }, () =>
    Array.from({ length: Math.floor(random.fraction() * 12) }, () => parts[Math.floor(random.fraction() * parts.length)]).join(
      '&',
    ),
  );
  const long = new URLSearchParams({ type: 'click', ...target, more: 'x'.repeat(2_000) }).toString();
  expect([...texts, long].filter((text) => readActivation({ arguments: text }) !== undefined)).toEqual([]);
});
