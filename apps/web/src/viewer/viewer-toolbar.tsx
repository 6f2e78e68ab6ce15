// Windows, layouts and view controls as buttons; each names its key.
import { ToolButton, ToolGroup } from './tool-button';
import { type Layout, layouts, type ViewerState } from './viewer-state';
import { windowPresets } from './window-presets';

const layoutFaces: Record<Layout, { name: string; key: string }> = {
  mpr: { name: 'Planes', key: 'm' },
  axial: { name: 'Axial', key: 'a' },
  coronal: { name: 'Coronal', key: 'c' },
  sagittal: { name: 'Sagittal', key: 's' },
  '3d': { name: '3-D', key: 'v' },
};

interface Props {
  readonly state: ViewerState;
  readonly presetId: string;
  readonly change: (change: Partial<ViewerState>) => void;
  readonly onPreset: (id: string) => void;
  readonly onReset: () => void;
  readonly onZoom: (factor: number) => void;
  readonly isDisabled: boolean;
}

export function ViewerToolbar({ state, presetId, change, onPreset, onReset, onZoom, isDisabled }: Props) {
  return (
    <div
      role="toolbar"
      aria-label="Viewer tools"
      className="flex flex-wrap items-center gap-x-3 gap-y-1 border-line border-b bg-panel px-2 py-1.5"
    >
      <ToolGroup label="Window">
        {windowPresets.map((preset) => (
          <ToolButton
            key={preset.id}
            name={preset.name}
            keyName={preset.key}
            title={`Width ${preset.width}, level ${preset.level} HU`}
            testId={`window-${preset.id}`}
            isPressed={presetId === preset.id}
            isDisabled={isDisabled}
            onPress={() => onPreset(preset.id)}
          />
        ))}
      </ToolGroup>
      <ToolGroup label="Layout">
        {layouts.map((layout) => (
          <ToolButton
            key={layout}
            name={layoutFaces[layout].name}
            keyName={layoutFaces[layout].key}
            testId={`layout-${layout}`}
            isPressed={state.layout === layout}
            isDisabled={isDisabled}
            onPress={() => change({ layout })}
          />
        ))}
      </ToolGroup>
      <ToolGroup label="View">
        <ToolButton
          name="Invert"
          keyName="i"
          testId="invert"
          isPressed={state.isInverted}
          isDisabled={isDisabled}
          onPress={() => change({ isInverted: !state.isInverted })}
        />
        <ToolButton
          name="Zoom out"
          face="−"
          keyName="-"
          isDisabled={isDisabled}
          onPress={() => onZoom(1 / 1.25)}
        />
        <ToolButton
          name="Zoom in"
          face="+"
          keyName="+"
          isDisabled={isDisabled}
          onPress={() => onZoom(1.25)}
        />
        <ToolButton name="Reset" keyName="space" testId="reset" isDisabled={isDisabled} onPress={onReset} />
      </ToolGroup>
    </div>
  );
}
