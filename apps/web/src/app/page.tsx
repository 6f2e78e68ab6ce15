// Search: the first page. All of it runs in the browser; this file only places it.
import { Suspense } from 'react';
import { SearchPage } from '../search/search-page';

export default function Page() {
  return (
    <Suspense>
      <SearchPage />
    </Suspense>
  );
}
