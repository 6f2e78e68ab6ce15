// An address that leads nowhere.
import Link from 'next/link';
import { EmptyNotice } from '../shell/notices';

export default function NotFound() {
  return (
    <>
      <h1 className="sr-only">Not found</h1>
      <EmptyNotice title="There is no such page">
        <Link href="/" className="text-accent underline">
          Search
        </Link>
      </EmptyNotice>
    </>
  );
}
