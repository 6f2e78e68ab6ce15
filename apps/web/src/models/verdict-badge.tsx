// A certificate's verdict by word and colour: no certificate, green, red, or one that cannot be believed.

interface Props {
  readonly certificate: { readonly verdict: 'GREEN' | 'RED'; readonly isValid: boolean } | null | undefined;
}

export function VerdictBadge({ certificate }: Props) {
  const [words, style] =
    certificate == null
      ? ['No certificate', 'bg-raised text-ink-soft']
      : !certificate.isValid
        ? ['Certificate invalid', 'bg-danger-wash text-danger']
        : certificate.verdict === 'GREEN'
          ? ['Nothing forgotten', 'bg-absent-wash text-absent']
          : ['Forgets', 'bg-danger-wash text-danger'];
  return (
    <span
      data-testid="verdict"
      className={`whitespace-nowrap rounded px-1.5 py-px font-medium text-2xs ${style}`}
    >
      {words}
    </span>
  );
}
