import { Random } from '@tomograph/kernel';
import { describe, expect, it } from 'vitest';
import { filmSentences, randomFilms, retrieveFilms } from './film-retrieval.js';

const axis = (at: number): Float32Array => Float32Array.from({ length: 3 }, (_, i) => (i === at ? 1 : 0));

describe('language-guided retrieval', () => {
  it('takes the film with the closest report', () => {
    expect(retrieveFilms([axis(1)], [axis(0), axis(1), axis(2)], 0.5)).toEqual([{ film: 1, cosine: 1 }]);
  });

  it('takes none where no report is close', () => {
    expect(retrieveFilms([axis(1)], [axis(0), axis(2)], 0.5)[0]!.film).toBeUndefined();
  });

  it('leaves out sentences that only speak of what a film cannot show', () => {
    const kept = filmSentences([
      'Enlarged mediastinal lymph nodes.',
      'Right pleural effusion with coronary calcification.',
      'The trachea is midline.',
    ]);
    expect(kept).toEqual(['Right pleural effusion with coronary calcification.', 'The trachea is midline.']);
  });

  it('keeps something of a report that a film cannot show at all', () => {
    expect(filmSentences(['Bronchiectasis.', 'Lymphadenopathy.'])).toEqual(['Bronchiectasis.']);
  });

  it('the control gives a random film to those that had one, and none to others', () => {
    const retrieved = [
      { film: 3, cosine: 1 },
      { film: undefined, cosine: 0.1 },
    ];
    const control = randomFilms(retrieved, 1000, new Random(1));
    expect(control[0]!.film).not.toBe(3);
    expect(control[1]!.film).toBeUndefined();
  });
});
