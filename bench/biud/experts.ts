// The frozen parts that every arm shares: the text encoder, the film expert, and the films' vectors.
import {
  type BiudModel,
  biudConfig,
  biudNetwork,
  type FilmCase,
  type FilmRecipe,
  f32,
  filmRecipe,
  filmSentences,
  floats,
  openBiudReader,
  type ReportVectors,
  reportSentences,
  Session,
  sentenceContrasts,
  type TextReader,
  type TextRecipe,
  textRecipe,
  trainFilm,
  trainText,
} from '@tomograph/models';
import type { PoolItem } from './phantom-pool.js';

export type TextPart = Pick<BiudModel, 'config' | 'vocabulary' | 'text'>;

export interface Experts {
  readonly text: TextPart;
  readonly reader: TextReader;
  readonly film: BiudModel['film'];
  readonly view: BiudModel['view'];
  /** Report vectors and image vectors of the film pool. */
  readonly filmReports: readonly Float32Array[];
  readonly bank: readonly Float32Array[];
}

type Log = (line: string) => void;

export async function trainTextPart(
  seed: number,
  log: Log,
  recipe: TextRecipe = textRecipe,
): Promise<TextPart> {
  const { vocabulary, weights } = await trainText({ config: biudConfig, recipe, seed, log });
  return { config: biudConfig, vocabulary, text: weights };
}

export async function trainExperts(
  text: TextPart,
  films: readonly PoolItem[],
  view: BiudModel['view'],
  seed: number,
  log: Log,
  recipe: FilmRecipe = filmRecipe,
): Promise<Experts> {
  const reader = await openBiudReader(text);
  const filmReports: Float32Array[] = [];
  const cases: FilmCase[] = [];
  for (const { film, filmReport } of films) {
    const { vector, sentences } = await reader.report(filmReport);
    filmReports.push(vector);
    cases.push({ film, report: vector, contrasts: await sentenceContrasts(reader, sentences) });
  }
  const film = await trainFilm(cases, { config: biudConfig, recipe, seed, log });
  const bank = await filmVectors(
    { film, view },
    films.map(({ film: pixels }) => pixels),
  );
  return { text, reader, film, view, filmReports, bank };
}

/** Text encoder and film expert of ready weights, with the films' vectors. */
export async function shippedExperts(model: BiudModel, films: readonly PoolItem[]): Promise<Experts> {
  const reader = await openBiudReader(model);
  const filmReports: Float32Array[] = [];
  for (const { filmReport } of films) filmReports.push((await reader.report(filmReport)).vector);
  const bank = await filmVectors(
    model,
    films.map(({ film }) => film),
  );
  return { text: model, reader, film: model.film, view: model.view, filmReports, bank };
}

export async function filmVectors(
  experts: Pick<BiudModel, 'film' | 'view'>,
  pictures: readonly Float32Array[],
): Promise<Float32Array[]> {
  const session = await Session.load(biudNetwork('film', { config: biudConfig, ...experts } as BiudModel));
  const { size } = biudConfig.film;
  const out: Float32Array[] = [];
  for (const pixels of pictures)
    out.push(floats(await session.run({ film: f32(pixels, [1, size, size]) }), 'vector'));
  await session.dispose();
  return out;
}

/** A CT report as a whole, and as a reader of the film would have it. */
export async function readReports(
  reader: TextReader,
  items: readonly PoolItem[],
): Promise<{ whole: ReportVectors[]; forFilms: Float32Array[] }> {
  const whole: ReportVectors[] = [];
  const forFilms: Float32Array[] = [];
  for (const { report } of items) {
    const sentences = reportSentences(report);
    whole.push(await reader.reportOf(sentences));
    forFilms.push((await reader.reportOf(filmSentences(sentences))).vector);
  }
  return { whole, forFilms };
}
