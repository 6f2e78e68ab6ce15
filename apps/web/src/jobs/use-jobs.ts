'use client';
// The job list, kept current: the list at first and whenever the page is looked at again (another tab may have started
// a job), each unfinished job by its own stream.
import { useCallback, useEffect, useRef, useState } from 'react';
import type { ApiFailure } from '../graphql/api-failure';
import type { JobPartsFragment, JobState } from '../graphql/generated/types';
import { useOperation } from '../graphql/use-operation';
import { followJob, isOver, type JobChange } from './follow-job';

/** A browser keeps few connections to one server open; the jobs beyond these are followed as others end. */
const maxStreams = 3;

export function useJobs(state: JobState | undefined): {
  jobs: readonly JobPartsFragment[] | undefined;
  hasMore: boolean;
  failure: ApiFailure | undefined;
  reload: () => void;
  put: (job: JobPartsFragment) => void;
} {
  const list = useOperation('Jobs', { first: 50, ...(state === undefined ? {} : { state }) });
  const [changes, setChanges] = useState<ReadonlyMap<string, JobChange>>(new Map());
  const [added, setAdded] = useState<readonly JobPartsFragment[]>([]);
  const change = useCallback((id: string, part: JobChange) => {
    setChanges((before) => new Map(before).set(id, { ...before.get(id), ...part }));
  }, []);
  const put = useCallback(
    (job: JobPartsFragment) => {
      setAdded((before) => (before.some(({ id }) => id === job.id) ? before : [job, ...before]));
      change(job.id, job);
    },
    [change],
  );

  const listed = list.data?.jobs.edges.map((edge) => edge.node);
  const fresh = added.filter((job) => state === undefined && !listed?.some(({ id }) => id === job.id));
  const jobs = listed && [...fresh, ...listed].map((job) => ({ ...job, ...changes.get(job.id) }));
  useWhenLookedAt(list.reload);
  useFollowing(jobs?.filter((job) => !isOver(job.state)).map((job) => job.id) ?? [], change);
  return {
    jobs,
    hasMore: list.data?.jobs.pageInfo.hasNextPage ?? false,
    failure: list.failure,
    reload: list.reload,
    put,
  };
}

function useFollowing(running: readonly string[], change: (id: string, part: JobChange) => void): void {
  const followed = useRef(new Map<string, AbortController>());
  const over = useRef(new Set<string>()); // what ended is not followed again, whatever the list still says
  const [ended, setEnded] = useState(0);
  const key = running.join(' ');
  // biome-ignore lint/correctness/useExhaustiveDependencies: a stream that `ended` makes room for the next job
  useEffect(() => {
    const streams = followed.current;
    const wanted = key === '' ? [] : key.split(' ');
    for (const id of wanted) {
      if (streams.has(id) || over.current.has(id) || streams.size >= maxStreams) continue;
      const abort = new AbortController();
      streams.set(id, abort);
      void followJob(id, (part) => change(id, part), abort.signal).finally(() => {
        streams.delete(id);
        if (abort.signal.aborted) return;
        over.current.add(id);
        setEnded((count) => count + 1);
      });
    }
  }, [key, ended, change]);
  useEffect(() => {
    const streams = followed.current;
    return () => {
      for (const abort of streams.values()) abort.abort();
      streams.clear();
    };
  }, []);
}

function useWhenLookedAt(act: () => void): void {
  useEffect(() => {
    const onShow = () => document.visibilityState === 'visible' && act();
    document.addEventListener('visibilitychange', onShow);
    return () => document.removeEventListener('visibilitychange', onShow);
  }, [act]);
}
