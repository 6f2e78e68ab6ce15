// The columns of a certificate's matrix that have no value in its last row, and why: said, never left out.
import type { CertificateDocument } from '@tomograph/registry';

export function unreplayed({ testSets = [], tasks }: CertificateDocument): string[] {
  const names = ['the base', ...tasks.map(({ model, version }) => `${model}/${version}`)];
  return testSets.flatMap(({ digest, isReplayed }, k) => {
    if (isReplayed) return [];
    return digest === null
      ? `Dice of ${names[k]} is not defined: no machine is known to hold test cases of it`
      : `Dice of ${names[k]} was not replayed: test set ${digest} lies on another machine`;
  });
}
