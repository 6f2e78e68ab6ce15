// About this installation.
import type { Metadata } from 'next';
import packageJson from '../../../package.json';
import { AboutPage } from '../../about/about-page';

export const metadata: Metadata = { title: 'About' };

export default function Page() {
  return <AboutPage version={packageJson.version} />;
}
