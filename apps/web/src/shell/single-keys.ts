'use client';
// Single-key shortcuts for a page, with the off switch that WCAG 2.1.4 asks for. Not for keys inside one widget.
import { useEffect, useRef } from 'react';

const storageKey = 'tomograph.single-keys';

export function singleKeysOn(): boolean {
  return typeof localStorage === 'undefined' || localStorage.getItem(storageKey) !== 'off';
}

export function setSingleKeys(on: boolean): void {
  localStorage.setItem(storageKey, on ? 'on' : 'off');
}

/** True where a key press belongs to what has the focus: text being typed, a list being chosen from. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.closest('dialog') !== null) return true;
  if (target instanceof HTMLInputElement)
    return !['checkbox', 'radio', 'button', 'range'].includes(target.type);
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}

/** Calls `handle` for presses without Ctrl, Alt or Meta outside text fields; a true answer takes the key. */
export function useSingleKeys(handle: (event: KeyboardEvent) => boolean): void {
  const latest = useRef(handle);
  latest.current = handle;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey) return;
      if (isTyping(event.target) || !singleKeysOn()) return;
      if (latest.current(event)) event.preventDefault();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
}
