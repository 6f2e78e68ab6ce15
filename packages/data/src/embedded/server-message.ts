// The one thing the database process says to its owner.
export type ServerMessage =
  | { readonly kind: 'ready'; readonly socketFolder: string }
  | { readonly kind: 'refused'; readonly error: { code: string; message: string; facts: unknown } };
