'use client';
// Filters beside the answer. Every choice is a link's worth of state: it goes to the address at once.
import { useEffect, useId, useState } from 'react';
import { ageBandText } from '../format/quantities';
import { bodyPartWords, modalityWords, sentenceCase, sexWords } from '../format/words';
import { useOperation } from '../graphql/use-operation';
import {
  ageBandChoices,
  bodyPartChoices,
  emptySearch,
  filterCount,
  modalityChoices,
  type SearchState,
  sexChoices,
} from './search-state';

interface Props {
  readonly state: SearchState;
  readonly change: (part: Partial<SearchState>) => void;
}

const demoChoices = ['only', 'none'] as const;

/** Both at once would be no case at all: the one just chosen wins. */
function nextDemo(before: boolean | undefined, chosen: readonly ('only' | 'none')[]): boolean | undefined {
  if (chosen.length === 2) return !before;
  return chosen.length === 0 ? undefined : chosen[0] === 'only';
}

export function Filters({ state, change }: Props) {
  const count = filterCount(state);
  const [isOpen, setIsOpen] = useState(false);
  const { text, xray, case: like } = state;
  return (
    <aside
      aria-label="Filters"
      data-testid="filters"
      className="w-full shrink-0 rounded-md border border-line bg-panel p-3 md:sticky md:top-3 md:max-h-[calc(100dvh-4rem)] md:w-56 md:overflow-y-auto"
    >
      <div className="flex items-baseline gap-4">
        <h2 className="mr-auto font-semibold text-sm">Filters</h2>
        <button
          type="button"
          aria-expanded={isOpen}
          onClick={() => setIsOpen(!isOpen)}
          className="text-accent text-xs underline md:hidden"
        >
          {isOpen ? 'Hide' : 'Show'}
        </button>
        {count > 0 && (
          <button
            type="button"
            data-testid="clear-filters"
            className="text-accent text-xs underline"
            onClick={() => change({ ...emptySearch, text, xray, case: like })}
          >
            Clear {count}
          </button>
        )}
      </div>
      <div className={`${isOpen ? 'flex' : 'hidden'} mt-2 flex-col gap-3 md:flex`}>
        <Choices
          title="Modality"
          name="modality"
          choices={modalityChoices}
          chosen={state.modality}
          words={(value) => modalityWords[value]}
          onChange={(modality) => change({ modality })}
        />
        <Choices
          title="Body part"
          name="part"
          choices={bodyPartChoices}
          chosen={state.bodyPart}
          words={(value) => bodyPartWords[value]}
          onChange={(bodyPart) => change({ bodyPart })}
        />
        <FindingFilter chosen={state.finding} onChange={(finding) => change({ finding })} />
        <Choices
          title="Sex"
          name="sex"
          choices={sexChoices}
          chosen={state.sex}
          words={(value) => (value === 'UNKNOWN' ? 'Unknown' : sexWords[value])}
          onChange={(sex) => change({ sex })}
        />
        <Choices
          title="Age"
          name="age"
          choices={ageBandChoices}
          chosen={state.ageBand}
          words={ageBandText}
          onChange={(ageBand) => change({ ageBand })}
        />
        <DateRange state={state} change={change} />
        <Choices
          title="Demo cases"
          name="demo"
          choices={demoChoices}
          chosen={state.demo === undefined ? [] : [state.demo ? 'only' : 'none']}
          words={(value) => (value === 'only' ? 'Demo only' : 'No demo')}
          onChange={(chosen) => change({ demo: nextDemo(state.demo, chosen) })}
        />
      </div>
    </aside>
  );
}

function Choices<T extends string | number>(props: {
  title: string;
  name: string;
  choices: readonly T[];
  chosen: readonly T[];
  words: (value: T) => string;
  onChange: (chosen: T[]) => void;
}) {
  const { choices, chosen, onChange } = props;
  const toggle = (value: T) =>
    onChange(
      choices.filter((choice) => (choice === value ? !chosen.includes(value) : chosen.includes(choice))),
    );
  return (
    <fieldset>
      <legend className="mb-1 text-2xs text-ink-soft uppercase tracking-wide">{props.title}</legend>
      <div className="flex flex-wrap gap-1">
        {choices.map((value) => (
          <label
            key={value}
            className="flex min-h-6 items-center rounded border border-line px-1.5 text-ink-soft text-xs hover:border-control-line has-checked:border-accent has-checked:bg-accent-wash has-checked:text-accent has-focus-visible:outline-2 has-focus-visible:outline-accent"
          >
            <input
              type="checkbox"
              name={props.name}
              value={value}
              checked={chosen.includes(value)}
              onChange={() => toggle(value)}
              className="sr-only"
            />
            {props.words(value)}
          </label>
        ))}
      </div>
    </fieldset>
  );
}

function FindingFilter({
  chosen,
  onChange,
}: {
  chosen: readonly string[];
  onChange: (chosen: string[]) => void;
}) {
  const id = useId();
  const { data } = useOperation('FindingNames', { first: 100 });
  const names = new Map(data?.findings.edges.map(({ node }) => [node.code, node.name]));
  return (
    <div>
      <label htmlFor={id} className="mb-1 block text-2xs text-ink-soft uppercase tracking-wide">
        Finding present
      </label>
      <select
        id={id}
        data-testid="finding-filter"
        value=""
        onChange={(event) => event.target.value !== '' && onChange([...chosen, event.target.value])}
        className="h-7 w-full rounded border border-control-line bg-raised px-1 text-xs"
      >
        <option value="">Add a finding…</option>
        {[...names]
          .filter(([code]) => !chosen.includes(code))
          .map(([code, name]) => (
            <option key={code} value={code}>
              {name}
            </option>
          ))}
      </select>
      <ul className="mt-1 flex flex-wrap gap-1">
        {chosen.map((code) => (
          <li
            key={code}
            className="flex min-h-6 items-center gap-1 rounded bg-accent-wash pl-1.5 text-accent text-xs"
          >
            {names.get(code) ?? sentenceCase(code)}
            <button
              type="button"
              aria-label={`Remove the filter ${names.get(code) ?? code}`}
              onClick={() => onChange(chosen.filter((other) => other !== code))}
              className="size-6 rounded hover:bg-raised"
            >
              ×
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

function DateRange({ state, change }: Props) {
  const isReversed = state.from !== undefined && state.to !== undefined && state.from > state.to;
  return (
    <fieldset>
      <legend className="mb-1 text-2xs text-ink-soft uppercase tracking-wide">Date (shifted)</legend>
      <div className="flex flex-col gap-1 text-ink-soft text-xs">
        <DayInput label="From" value={state.from} onChange={(from) => change({ from })} />
        <DayInput label="To" value={state.to} onChange={(to) => change({ to })} />
      </div>
      {isReversed && (
        <p role="alert" className="mt-1 text-danger text-xs">
          “From” lies after “To”: no case can fit.
        </p>
      )}
    </fieldset>
  );
}

/** A day is passed on when it is complete: while one is typed, browsers report years such as 0002. */
function DayInput(props: {
  label: string;
  value: string | undefined;
  onChange: (day: string | undefined) => void;
}) {
  const [draft, setDraft] = useState(props.value ?? '');
  useEffect(() => setDraft(props.value ?? ''), [props.value]);
  return (
    <label className="flex items-center justify-between gap-2">
      {props.label}
      <input
        type="date"
        min="1900-01-01"
        max="2200-12-31"
        value={draft}
        onChange={(event) => {
          setDraft(event.target.value);
          const isUsable = event.target.value === '' || event.target.validity.valid;
          if (isUsable) props.onChange(event.target.value === '' ? undefined : event.target.value);
        }}
        className="h-7 w-36 rounded border border-control-line bg-raised px-1 text-ink"
      />
    </label>
  );
}
