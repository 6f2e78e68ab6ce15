// The frame around every page: header, the page, the research-use line. Rendered per request: the nonce and the
// theme cookie are read here.
import '@fontsource-variable/inter/wght.css';
import '@fontsource-variable/jetbrains-mono/wght.css';
import './globals.css';
import type { Metadata } from 'next';
import { cookies, headers } from 'next/headers';
import type { ReactNode } from 'react';
import { Header } from '../shell/header';
import { readTheme } from '../shell/theme';

export const metadata: Metadata = {
  title: { default: 'Search · Tomograph', template: '%s · Tomograph' },
  description: 'Find CT scans, X-rays and reports by meaning. Research use only.',
  robots: { index: false, follow: false },
};

export default async function RootLayout({ children }: { children: ReactNode }) {
  await headers(); // dynamic: a prerendered page could not carry the nonce
  const theme = readTheme((await cookies()).get('theme')?.value);
  return (
    <html lang="en" data-theme={theme}>
      <body>
        <a
          href="#main"
          className="sr-only z-50 rounded bg-accent px-3 py-2 text-accent-ink focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
        >
          Skip to content
        </a>
        <Header theme={theme} />
        <main id="main" tabIndex={-1} className="flex min-w-0 flex-1 flex-col focus:outline-none">
          {children}
        </main>
        <footer
          data-testid="research-use-only"
          className="sticky bottom-0 z-20 border-line border-t bg-panel px-4 py-1 text-2xs text-ink-soft"
        >
          <strong className="font-semibold text-present">Research use only.</strong> Not a medical device; not
          for diagnosis or treatment decisions.
        </footer>
      </body>
    </html>
  );
}
