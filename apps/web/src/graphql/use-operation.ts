'use client';
// Runs a query for a component: the last good data stays while the next is on its way. Not a cache.
import { useCallback, useEffect, useRef, useState } from 'react';
import { type ApiFailure, isAbort, toApiFailure } from './api-failure';
import { type Data, type OperationName, request, type Variables } from './client';

export interface OperationState<T> {
  readonly data: T | undefined;
  readonly failure: ApiFailure | undefined;
  readonly isLoading: boolean;
  readonly reload: () => void;
}

/** `variables` undefined: nothing is asked. They are compared by their JSON, so a new object each render is fine. */
export function useOperation<Name extends OperationName>(
  operation: Name,
  variables: Variables<Name> | undefined,
): OperationState<Data<Name>> {
  const [state, setState] = useState<Omit<OperationState<Data<Name>>, 'reload'>>({
    data: undefined,
    failure: undefined,
    isLoading: variables !== undefined,
  });
  const [round, setRound] = useState(0);
  const key = variables === undefined ? undefined : JSON.stringify(variables);
  const latest = useRef(variables);
  latest.current = variables;

  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` stands for the variables, `round` asks again
  useEffect(() => {
    if (key === undefined || latest.current === undefined) return;
    const abort = new AbortController();
    setState((before) => ({ ...before, isLoading: true }));
    request(operation, latest.current, { signal: abort.signal }).then(
      (data) => setState({ data, failure: undefined, isLoading: false }),
      (error) => {
        if (isAbort(error) || abort.signal.aborted) return;
        setState({ data: undefined, failure: toApiFailure(error), isLoading: false });
      },
    );
    return () => abort.abort();
  }, [operation, key, round]);

  const reload = useCallback(() => setRound((value) => value + 1), []);
  return { ...state, reload };
}
