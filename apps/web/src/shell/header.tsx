'use client';
// The header of every page: where one is, where one can go, theme and keys.
import Link from 'next/link';
import { usePathname, useRouter } from 'next/navigation';
import { useState } from 'react';
import { useDropGuard } from './file-drop';
import { KeyHelp } from './key-help';
import { wantSearchBox } from './search-box';
import { useSingleKeys } from './single-keys';
import { type Theme, themeCookie } from './theme';

const places: { href: string; label: string; short?: string; owns: (path: string) => boolean }[] = [
  { href: '/', label: 'Search', owns: (path: string) => path === '/' || path.startsWith('/cases') },
  { href: '/jobs', label: 'Upload & jobs', short: 'Jobs', owns: (path: string) => path.startsWith('/jobs') },
  { href: '/models', label: 'Models', owns: (path: string) => path.startsWith('/models') },
  { href: '/about', label: 'About', owns: (path: string) => path.startsWith('/about') },
];

export function Header({ theme: initial }: { theme: Theme }) {
  const path = usePathname();
  const router = useRouter();
  const [theme, setTheme] = useState(initial);
  const other: Theme = theme === 'dark' ? 'light' : 'dark';
  const switchTheme = () => {
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is missing in Safari and Firefox ESR
    document.cookie = themeCookie(other);
    document.documentElement.dataset.theme = other;
    setTheme(other);
  };
  useDropGuard();
  useSingleKeys((event) => {
    if (event.key !== '/' || path === '/') return false; // the search page takes its own
    wantSearchBox();
    router.push('/');
    return true;
  });
  return (
    <header className="z-30 flex h-11 shrink-0 items-center gap-1 border-line border-b bg-panel px-3">
      <Link
        href="/"
        className="mr-1 flex items-center gap-2 rounded px-1 font-semibold tracking-tight sm:mr-3"
      >
        <Mark />
        <span className="max-sm:sr-only">Tomograph</span>
      </Link>
      <nav aria-label="Main" className="flex gap-0.5">
        {places.map((place) => (
          <Link
            key={place.href}
            href={place.href}
            aria-current={place.owns(path) ? 'page' : undefined}
            className="whitespace-nowrap rounded px-2 py-1 text-ink-soft text-sm hover:bg-raised hover:text-ink sm:px-2.5 aria-[current=page]:bg-raised aria-[current=page]:font-medium aria-[current=page]:text-ink"
          >
            {place.short === undefined ? (
              place.label
            ) : (
              <>
                <span className="max-sm:hidden">{place.label}</span>
                <span className="sm:hidden">{place.short}</span>
              </>
            )}
          </Link>
        ))}
      </nav>
      <div className="ml-auto flex items-center gap-1">
        <KeyHelp />
        <button
          type="button"
          data-testid="theme-toggle"
          onClick={switchTheme}
          className="rounded px-2 py-1 text-ink-soft text-sm hover:bg-raised hover:text-ink"
        >
          {other === 'light' ? 'Light' : 'Dark'}
          <span className="sr-only"> theme</span>
        </button>
      </div>
    </header>
  );
}

function Mark() {
  return (
    <svg viewBox="0 0 24 24" className="size-5 text-accent" aria-hidden="true">
      <g fill="none" stroke="currentColor" strokeWidth="1.8" strokeLinecap="round">
        <ellipse cx="12" cy="12" rx="10" ry="7.8" />
        <path d="M8.4 8.2c-2.1 1-2.7 5.4-.9 7.6M15.6 8.2c2.1 1 2.7 5.4.9 7.6" />
      </g>
      <circle cx="12" cy="16.2" r="1.5" fill="currentColor" />
    </svg>
  );
}
