'use client';
// The job list, kept current: the list once, then each unfinished job by its own stream.
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
  const fresh = added.filter((job) => !listed?.some(({ id }) => id === job.id));
  const jobs = listed && [...fresh, ...listed].map((job) => ({ ...job, ...changes.get(job.id) }));
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
  const key = running.join(' ');
  useEffect(() => {
    const streams = followed.current;
    const wanted = key === '' ? [] : key.split(' ');
    for (const id of wanted) {
      if (streams.has(id) || streams.size >= maxStreams) continue;
      const abort = new AbortController();
      streams.set(id, abort);
      void followJob(id, (part) => change(id, part), abort.signal).finally(() => streams.delete(id));
    }
  }, [key, change]);
  useEffect(() => {
    const streams = followed.current;
    return () => {
      for (const abort of streams.values()) abort.abort();
      streams.clear();
    };
  }, []);
}
