// Small pictures of the X-rays that were asked with in this tab. They never leave it; a reload forgets them.
const previews = new Map<string, string>();

/** PNG and JPEG only: a browser cannot draw DICOM. */
export function rememberPreview(uploadId: string, file: File): void {
  if (/^image\/(png|jpeg)$/.test(file.type)) previews.set(uploadId, URL.createObjectURL(file));
}

export function previewOf(uploadId: string): string | undefined {
  return previews.get(uploadId);
}
