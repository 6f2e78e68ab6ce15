'use client';
// A page that broke: said in words, with a way to try again. Nothing is sent anywhere.
import { ApiFailure } from '../graphql/api-failure';
import { FailureNotice } from '../shell/notices';

export default function PageError({ reset }: { error: Error; reset: () => void }) {
  return (
    <div className="p-4">
      <h1 className="sr-only">Error</h1>
      <FailureNotice failure={new ApiFailure('INTERNAL', 'this page stopped working')} onRetry={reset} />
    </div>
  );
}
