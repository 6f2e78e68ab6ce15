// A model by its name.
import type { Metadata } from 'next';
import { ModelPage } from '../../../models/model-page';

export const metadata: Metadata = { title: 'Model' };

export default async function Page({ params }: { params: Promise<{ name: string }> }) {
  const name = decodeURIComponent((await params).name);
  return <ModelPage key={name} name={name} />;
}
