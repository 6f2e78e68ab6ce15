'use client';
// Runs a query for a component: the last good data stays while the next is on its way. Not a cache.
import { useCallback, useEffect, useRef, useState } from 'react';
import { type ApiFailure, isAbort, toApiFailure } from './api-failure';
import { type Data, type OperationName, request, type Variables } from './client';

export interface OperationState<T> {
  readonly data: T | undefined;
  readonly failure: ApiFailure | undefined;
  /** From the very render in which the question changed: nobody reads an old answer as that of a new question. */
  readonly isLoading: boolean;
  readonly reload: () => void;
}

interface Answer<T> {
  /** The question it belongs to. */
  readonly asked: string;
  readonly data: T | undefined;
  readonly failure: ApiFailure | undefined;
}

/** `variables` undefined: nothing is asked. They are compared by their JSON, so a new object each render is fine. */
export function useOperation<Name extends OperationName>(
  operation: Name,
  variables: Variables<Name> | undefined,
): OperationState<Data<Name>> {
  const [answer, setAnswer] = useState<Answer<Data<Name>>>();
  const [round, setRound] = useState(0);
  const asked = variables === undefined ? undefined : `${round} ${operation} ${JSON.stringify(variables)}`;
  const latest = useRef(variables);
  latest.current = variables;

  useEffect(() => {
    if (asked === undefined || latest.current === undefined) return;
    const abort = new AbortController();
    request(operation, latest.current, { signal: abort.signal }).then(
      (data) => setAnswer({ asked, data, failure: undefined }),
      (error) => {
        if (isAbort(error) || abort.signal.aborted) return;
        setAnswer({ asked, data: undefined, failure: toApiFailure(error) });
      },
    );
    return () => abort.abort();
  }, [operation, asked]);

  const reload = useCallback(() => setRound((value) => value + 1), []);
  const isLoading = asked !== undefined && answer?.asked !== asked;
  // A failure belongs to its own question alone; data may stand until better comes.
  return { data: answer?.data, failure: isLoading ? undefined : answer?.failure, isLoading, reload };
}
