// The three files of a PEFT adapter out of what was chosen: a folder, the files themselves, or a zip of either. Everything else
// in it is left alone. Nothing is looked into here: what does not fit is refused by the API.
import { ApiFailure } from '../graphql/api-failure';
import { readZip } from './read-zip';

export interface AdapterFiles {
  readonly config: Blob;
  readonly model: Blob;
  readonly card: Blob | undefined;
}

type Named = Pick<File, 'name'> & Blob;

const names = {
  config: 'adapter_config.json',
  model: 'adapter_model.safetensors',
  card: 'README.md',
} as const;

/** @throws ApiFailure INVALID_ARGUMENT: a file is missing, or there are several adapters; FORMAT_CORRUPT: no readable zip */
export async function adapterFiles(chosen: readonly Named[]): Promise<AdapterFiles> {
  if (chosen.length === 0) throw new ApiFailure('INVALID_ARGUMENT', 'choose the folder of the adapter first');
  const [only] = chosen;
  const isZip = chosen.length === 1 && /\.zip$/i.test(only!.name);
  const files = isZip
    ? await readZip(only!, Object.values(names))
    : chosen.map((file) => ({ name: file.name, bytes: file }));
  const find = (role: keyof typeof names): Blob | undefined => {
    const found = files.filter(({ name }) => name.split('/').at(-1) === names[role]);
    if (found.length > 1) {
      throw new ApiFailure(
        'INVALID_ARGUMENT',
        `there are ${found.length} files ${names[role]}: choose the folder of one adapter`,
      );
    }
    return found[0]?.bytes;
  };
  const [config, model] = [find('config'), find('model')];
  const missing = [config === undefined ? names.config : '', model === undefined ? names.model : ''];
  if (config === undefined || model === undefined) {
    throw new ApiFailure(
      'INVALID_ARGUMENT',
      `${missing.filter((name) => name !== '').join(' and ')} is not among them: an adapter in the layout of PEFT has both files`,
    );
  }
  return { config, model, card: find('card') };
}
