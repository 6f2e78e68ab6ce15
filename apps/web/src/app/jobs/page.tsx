// Uploads and jobs.
import type { Metadata } from 'next';
import { Suspense } from 'react';
import { JobsPage } from '../../jobs/jobs-page';

export const metadata: Metadata = { title: 'Upload & jobs' };

export default function Page() {
  return (
    <Suspense>
      <JobsPage />
    </Suspense>
  );
}
