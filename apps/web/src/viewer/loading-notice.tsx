// While a volume is on its way: how much has come.
import { bytesText } from '../format/quantities';

export function LoadingNotice({
  received,
}: {
  received: { bytes: number; total: number | undefined } | undefined;
}) {
  const { bytes, total } = received ?? { bytes: 0, total: undefined };
  return (
    <div role="status" className="absolute inset-0 grid place-content-center gap-2 text-[#b9c4cf] text-sm">
      <p>
        Loading volume {bytes > 0 && bytesText(bytes)}
        {total !== undefined && ` of ${bytesText(total)}`}
      </p>
      <progress
        aria-label="Volume"
        className="h-1 w-56 accent-accent"
        {...(total === undefined ? {} : { max: total, value: bytes })}
      />
    </div>
  );
}
