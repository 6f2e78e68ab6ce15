'use client';
// Files dragged over the window. A page that takes them takes them anywhere: one dropped beside the box would
// otherwise replace the page by the file's own content. Not for drags inside a page.
import { useEffect, useRef, useState } from 'react';

function carriesFiles(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes('Files') === true;
}

/** Calls `onDrop` with what was dropped anywhere in the window. @returns true while files are over it */
export function useFileDrop(onDrop: (dropped: DataTransfer) => void): boolean {
  const [isOver, setIsOver] = useState(false);
  const latest = useRef(onDrop);
  latest.current = onDrop;
  useEffect(() => {
    const over = (event: DragEvent) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      event.dataTransfer!.dropEffect = 'copy';
      setIsOver(true);
    };
    const leave = (event: DragEvent) => event.relatedTarget === null && setIsOver(false);
    const drop = (event: DragEvent) => {
      setIsOver(false);
      if (!carriesFiles(event)) return;
      event.preventDefault();
      latest.current(event.dataTransfer!);
    };
    return listen({ dragover: over, dragleave: leave, drop });
  }, []);
  return isOver;
}

/** For every page: a file that nobody takes is refused instead of opened over the page. */
export function useDropGuard(): void {
  useEffect(() => {
    const refuse = (event: DragEvent) => {
      if (event.defaultPrevented || !carriesFiles(event)) return;
      event.preventDefault();
      event.dataTransfer!.dropEffect = 'none';
    };
    return listen({ dragover: refuse, drop: refuse });
  }, []);
}

function listen(handlers: Record<string, (event: DragEvent) => void>): () => void {
  for (const [name, handler] of Object.entries(handlers))
    window.addEventListener(name, handler as EventListener);
  return () => {
    for (const [name, handler] of Object.entries(handlers))
      window.removeEventListener(name, handler as EventListener);
  };
}
