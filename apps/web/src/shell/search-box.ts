// The key `/` pressed on a page without a search box: the search page asks here whether to give its box the focus.
let isWanted = false;

export function wantSearchBox(): void {
  isWanted = true;
}

/** True once after `wantSearchBox`. */
export function takeSearchBoxWish(): boolean {
  const wanted = isWanted;
  isWanted = false;
  return wanted;
}
