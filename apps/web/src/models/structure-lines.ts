// Structures of a head as a person types them: one line each, in the order of the classes, with a SNOMED code where known.
import { ApiFailure } from '../graphql/api-failure';
import type { TaskLabelInput } from '../graphql/generated/types';

/**
 * `spleen` or `spleen, 78961009 Spleen`. Empty lines do not count.
 * @throws ApiFailure INVALID_ARGUMENT naming the line
 */
export function structureLines(text: string): TaskLabelInput[] {
  const lines = text
    .split('\n')
    .flatMap((line, at) => (line.trim() === '' ? [] : [{ line: line.trim(), at }]));
  return lines.map(({ line, at }, n) => {
    const [name = '', code] = line.split(/,(.*)/).map((part) => part.trim());
    if (name === '') throw new ApiFailure('INVALID_ARGUMENT', `line ${at + 1} of the structures has no name`);
    if (code === undefined || code === '') return { name, value: n + 1 };
    const match = /^(\d{6,18})\s+(.+)$/.exec(code);
    if (match === null) {
      throw new ApiFailure(
        'INVALID_ARGUMENT',
        `line ${at + 1} of the structures: after the comma stands a SNOMED code and its words, such as “78961009 Spleen”`,
      );
    }
    return { name, value: n + 1, snomedCode: match[1]!, snomedDisplay: match[2]! };
  });
}
