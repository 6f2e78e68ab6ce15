// The two themes and the cookie that remembers the choice. Dark is what a reading room wants, so it is the default.
export type Theme = 'dark' | 'light';

export function readTheme(cookie: string | undefined): Theme {
  return cookie === 'light' ? 'light' : 'dark';
}

export function themeCookie(theme: Theme): string {
  return `theme=${theme}; path=/; max-age=31536000; samesite=lax`;
}
