// What the reader did to or noticed in the image; a radiologist must know it before trusting the picture.
interface Note {
  readonly code: string;
  readonly message: string;
}

export function ReadingNotes({ notes }: { notes: readonly Note[] }) {
  if (notes.length === 0) return null;
  return (
    <section
      aria-label="Reading notes"
      data-testid="reading-notes"
      className="rounded-md border border-present/40 bg-present-wash px-3 py-2 text-sm"
    >
      <h2 className="font-semibold text-present text-xs">About this image</h2>
      <ul>
        {notes.map((note) => (
          <li key={note.code + note.message} data-code={note.code}>
            {note.message}
          </li>
        ))}
      </ul>
    </section>
  );
}
