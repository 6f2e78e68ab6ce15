// Label maps as NiiVue draws them: values made dense, a colour per structure, hidden ones left out. Pure.
// NiiVue 0.69 draws labels above 127 wrongly through its plain shader (niivue#1578); volumes with the intent "label"
// go through its atlas shader, which looks colours up by number. Dense numbers keep that table within one texture row.

export interface ShownStructure {
  /** In the label map, 1 to 65,535. */
  readonly value: number;
  readonly name: string;
  /** `#rrggbb` */
  readonly colour: string;
}

export interface LabelTable {
  readonly R: number[];
  readonly G: number[];
  readonly B: number[];
  readonly A: number[];
  readonly I: number[];
  readonly labels: string[];
}

/** Entry n + 1 is the n-th structure; entry 0 is the clear background. */
export function labelTable(structures: readonly ShownStructure[]): LabelTable {
  const rgb = structures.map(({ colour }) =>
    [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16)),
  );
  const channel = (c: number) => [0, ...rgb.map((parts) => parts[c] || 0)];
  return {
    R: channel(0),
    G: channel(1),
    B: channel(2),
    A: [0, ...structures.map(() => 255)],
    I: [0, ...structures.map((_, n) => n + 1)],
    labels: ['', ...structures.map(({ name }) => name)],
  };
}

/** Values of the file -> entries of the table; 0 for what is hidden or not named. */
export function tableEntries(
  values: ArrayLike<number>,
  structures: readonly ShownStructure[],
  hidden: ReadonlySet<number>,
  into: Uint16Array<ArrayBuffer> = new Uint16Array(values.length),
): Uint16Array<ArrayBuffer> {
  const entryOf = new Uint16Array(65_536);
  structures.forEach(({ value }, n) => {
    if (!hidden.has(value)) entryOf[value] = n + 1;
  });
  for (let i = 0; i < into.length; i++) into[i] = entryOf[values[i]!] ?? 0;
  return into;
}
