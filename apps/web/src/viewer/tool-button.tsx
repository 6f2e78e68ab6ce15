// A small button of the viewer's toolbar, with the key that does the same.
import type { ReactNode } from 'react';

export function ToolGroup({ label, children }: { label: string; children: ReactNode }) {
  return (
    <fieldset className="flex items-center gap-0.5">
      <legend className="sr-only">{label}</legend>
      {children}
    </fieldset>
  );
}

interface ToolButtonProps {
  readonly name: string;
  readonly keyName: string;
  /** A sign shown in place of name and key; the name stays for those who hear it. */
  readonly face?: string;
  readonly title?: string;
  readonly testId?: string;
  /** Undefined for a button that acts instead of switching. */
  readonly isPressed?: boolean;
  readonly isDisabled?: boolean;
  readonly onPress: () => void;
}

export function ToolButton(props: ToolButtonProps) {
  return (
    <button
      type="button"
      title={props.title ?? `${props.name} (${props.keyName})`}
      aria-label={props.face === undefined ? undefined : props.name}
      data-testid={props.testId}
      aria-pressed={props.isPressed}
      disabled={props.isDisabled}
      onClick={props.onPress}
      className="flex min-h-7 min-w-7 items-center justify-center gap-1 rounded px-1.5 text-ink-soft text-xs enabled:hover:bg-raised enabled:hover:text-ink disabled:opacity-50 aria-pressed:bg-accent-wash aria-pressed:font-medium aria-pressed:text-accent"
    >
      {props.face ?? props.name}
      {props.face === undefined && (
        <span className="rounded border border-line px-1 font-mono text-2xs leading-4" aria-hidden="true">
          {props.keyName}
        </span>
      )}
    </button>
  );
}
