import { cleanup, fireEvent, screen } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createFakeHallway, fakeSelf } from '../../../../test/fakes/fake-hallway.ts';
import type { FakeHallway } from '../../../../test/fakes/fake-hallway.ts';
import { renderHallway } from '../../../../test/fixtures/render-hallway.tsx';
import type { Rendered } from '../../../../test/fixtures/render-hallway.tsx';
import { ProfileHeader } from './profile-header.tsx';

let hallway: FakeHallway;

beforeEach(() => {
  hallway = createFakeHallway(fakeSelf({ name: 'Noor', note: '' }));
});

afterEach(cleanup);

function renderHeader(): Promise<Rendered> {
  return renderHallway(hallway, <ProfileHeader />, { nowMs: 0 });
}

async function renderProfile(): Promise<Rendered> {
  const rendered = await renderHeader();
  fireEvent.click(screen.getByRole('button', { name: /^Your profile/ }));
  return rendered;
}

describe('our own profile', () => {
  function edit(label: string, text: string): HTMLElement {
    fireEvent.click(screen.getByRole('button', { name: new RegExp(`^${label}`) }));
    const field = screen.getByRole('textbox', { name: label });
    fireEvent.change(field, { target: { value: text } });
    return field;
  }

  test('Enter saves and gives the focus back', async () => {
    const { advance } = await renderProfile();
    fireEvent.keyDown(edit('Your name', 'Noor Visser'), { key: 'Enter' });
    await advance(100);
    const button = screen.getByRole('button', { name: 'Your name: Noor Visser. Change' });
    expect([hallway.profile.self().name, document.activeElement === button]).toEqual(['Noor Visser', true]);
  });

  test('Escape cancels, and the core gets no call', async () => {
    const { advance } = await renderProfile();
    fireEvent.keyDown(edit('Your name', 'Other'), { key: 'Escape' });
    await advance(100);
    expect([hallway.profile.self().name, screen.queryByRole('textbox', { name: 'Your name' })]).toEqual(['Noor', null]);
  });

  test.each([{ isComposing: true }, { keyCode: 229 }])('an Enter that ends a composition does not save: %j', async (mark) => {
    const { advance } = await renderProfile();
    fireEvent.keyDown(edit('Your name', '佐'), { key: 'Enter', ...mark });
    await advance(100);
    expect(hallway.profile.self().name).toBe('Noor');
  });

  test('leaving the field saves', async () => {
    const { advance } = await renderProfile();
    fireEvent.blur(edit('Your note', 'at lunch'));
    await advance(100);
    expect(hallway.profile.self().note).toBe('at lunch');
  });

  test('shows a refusal beside the field, which keeps its text', async () => {
    const { advance } = await renderProfile();
    const field = edit('Your name', 'everyone');
    fireEvent.keyDown(field, { key: 'Enter' });
    await advance(100);
    const alert = screen.getByRole('alert');
    expect([
      alert.textContent,
      field.getAttribute('aria-describedby'),
      (field as HTMLInputElement).value,
      hallway.profile.self().name,
    ]).toEqual(['"everyone" is reserved. Choose another name.', alert.id, 'everyone', 'Noor']);
  });

  test('a menu changes the status', async () => {
    const { advance } = await renderHeader();
    fireEvent.change(screen.getByRole('combobox', { name: 'Your status' }), { target: { value: 'busy' } });
    await advance(100);
    expect(hallway.profile.self().status).toBe('busy');
  });
});
