// A case by its opaque id.
import type { Metadata } from 'next';
import { Suspense } from 'react';
import { CasePage } from '../../../cases/case-page';

export const metadata: Metadata = { title: 'Case' };

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  const id = decodeURIComponent((await params).id);
  return (
    <Suspense>
      <CasePage key={id} id={id} />
    </Suspense>
  );
}
