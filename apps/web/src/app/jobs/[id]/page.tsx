// A job by its opaque id.
import type { Metadata } from 'next';
import { JobPage } from '../../../jobs/job-page';

export const metadata: Metadata = { title: 'Job' };

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  const id = decodeURIComponent((await params).id);
  return <JobPage key={id} id={id} />;
}
