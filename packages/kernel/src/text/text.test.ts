// What sentences say of findings: present, absent, uncertain; and what a query asks for.
import { describe, expect, it } from 'vitest';
import { findFindings } from './find-findings.js';
import { findingVocabulary } from './finding-vocabulary.js';
import { parseQuery, plainSynonyms } from './parse-query.js';
import { splitSentences } from './sentences.js';

const said = (sentence: string, code: string) =>
  [
    ...new Set(
      findFindings(sentence)
        .filter((one) => one.code === code)
        .map((one) => one.polarity),
    ),
  ].join();

describe('polarity', () => {
  it.each([
    ['There is a small left pleural effusion.', 'PLEURAL_EFFUSION', 'PRESENT'],
    ['No pleural effusion or pneumothorax.', 'PLEURAL_EFFUSION', 'ABSENT'],
    ['No pleural effusion or pneumothorax.', 'PNEUMOTHORAX', 'ABSENT'],
    ['Pleural effusion and pneumothorax were not observed.', 'PNEUMOTHORAX', 'ABSENT'],
    ['Pleural effusion-thickening was not detected.', 'PLEURAL_EFFUSION', 'ABSENT'],
    ['No pleural or pericardial effusion was detected.', 'PERICARDIAL_EFFUSION', 'ABSENT'],
    ['No pleural or pericardial effusion was detected.', 'PLEURAL_EFFUSION', 'ABSENT'],
    ['No pneumothorax, but a moderate effusion on the right.', 'PLEURAL_EFFUSION', 'PRESENT'],
    ['Apart from a 4 mm nodule, no lesion was detected.', 'LUNG_NODULE', 'PRESENT'],
    ['No nodule other than the calcified granuloma.', 'CALCIFIED_GRANULOMA', 'PRESENT'],
    ['No change in the pleural effusion.', 'PLEURAL_EFFUSION', 'PRESENT'],
    ['Emphysema without significant change.', 'EMPHYSEMA', 'PRESENT'],
    ['The pneumothorax has resolved.', 'PNEUMOTHORAX', 'ABSENT'],
    ['The lungs are clear without focal consolidation.', 'CONSOLIDATION', 'ABSENT'],
    ['The lungs are free of consolidation.', 'CONSOLIDATION', 'ABSENT'],
    ['Negative for pulmonary embolism.', 'PULMONARY_EMBOLISM', 'ABSENT'],
    ['Possible pneumonia in the right lower lobe.', 'PNEUMONIA', 'UNCERTAIN'],
    ['Pneumonia cannot be excluded.', 'PNEUMONIA', 'UNCERTAIN'],
    ['Findings suspicious for pulmonary embolism.', 'PULMONARY_EMBOLISM', 'UNCERTAIN'],
    ['Atelectasis versus pneumonia.', 'PNEUMONIA', 'UNCERTAIN'],
    [
      'Calcified atherosclerotic changes in the wall of the aorta and coronary artery.',
      'CORONARY_CALCIFICATION',
      'PRESENT',
    ],
    ['Heart size increased.', 'CARDIOMEGALY', 'PRESENT'],
    ['The heart is mildly enlarged.', 'CARDIOMEGALY', 'PRESENT'],
    ['There is an increase in ground-glass density.', 'GROUND_GLASS_OPACITY', 'PRESENT'],
    ['No gallstone; the liver shows steatosis.', 'HEPATIC_STEATOSIS', 'PRESENT'],
    ['No gallstone; the liver shows steatosis.', 'GALLSTONE', 'ABSENT'],
    ['No hydronephrosis or renal calculi.', 'KIDNEY_STONE', 'ABSENT'],
  ])('%s -> %s %s', (sentence, code, polarity) => {
    expect(said(sentence, code)).toBe(polarity);
  });

  it('belongs to one mention: a sentence can deny one place and affirm another', () => {
    const mentions = findFindings('No effusion on the left; small effusion on the right.').filter(
      (one) => one.code === 'PLEURAL_EFFUSION',
    );
    expect(mentions.map((one) => one.polarity)).toEqual(['ABSENT', 'PRESENT']);
  });

  it('says where its words stand', () => {
    const text = 'Small pleural effusion.';
    const [mention] = findFindings(text);
    expect(text.slice(mention!.start, mention!.end)).toBe('pleural effusion');
  });

  it('does not take an effusion of the pericardium for one of the pleura', () => {
    expect(said('Pericardial effusion is seen.', 'PLEURAL_EFFUSION')).toBe('');
  });

  it('stays quick on hostile text', () => {
    const started = performance.now();
    findFindings('calcif '.repeat(2000));
    findFindings('no '.repeat(2000));
    findFindings('a'.repeat(100_000));
    expect(performance.now() - started).toBeLessThan(1500);
  });
});

describe('the vocabulary', () => {
  it('has unique codes and finds every name by itself', () => {
    expect(new Set(findingVocabulary.map((one) => one.code)).size).toBe(findingVocabulary.length);
    for (const { code, name } of findingVocabulary) expect(said(`There is ${name}.`, code)).toBe('PRESENT');
  });

  it('holds the 18 findings of CT-RATE', () => {
    const codes = findingVocabulary.map((one) => one.code);
    expect(codes.slice(0, 19)).toContain('INTERLOBULAR_SEPTAL_THICKENING');
    expect(codes.length).toBeGreaterThan(50);
  });
});

describe('a query', () => {
  it('wants what it names and not what it negates', () => {
    expect(parseQuery('  lung nodules without pleural effusion, left upper lobe ')).toEqual({
      wanted: ['LUNG_NODULE'],
      unwanted: ['PLEURAL_EFFUSION'],
      text: 'lung nodules without pleural effusion, left upper lobe',
      words: ['left', 'upper', 'lobe'],
    });
  });

  it('understands synonyms: a collapsed lobe, an enlarged heart, fatty liver', () => {
    expect(parseQuery('enlarged heart').wanted).toEqual(['CARDIOMEGALY']);
    expect(parseQuery('fatty liver').wanted).toEqual(['HEPATIC_STEATOSIS']);
    expect(parseQuery('kidney stones').wanted).toEqual(['KIDNEY_STONE']);
    expect(parseQuery('').wanted).toEqual([]);
  });

  it('can be widened by plain words', () => {
    expect(plainSynonyms('CARDIOMEGALY')).toContain('enlarged heart');
    expect(plainSynonyms('NOTHING')).toEqual([]);
  });
});

describe('sentences', () => {
  it('end at full stops and not at numbers, titles or abbreviations', () => {
    expect(splitSentences('A nodule of 3.5 mm. Seen by Dr. Smith, approx. 2 cm. No effusion')).toEqual([
      'A nodule of 3.5 mm.',
      'Seen by Dr. Smith, approx. 2 cm.',
      'No effusion',
    ]);
  });

  it('are one per list item, across wrapped lines', () => {
    expect(splitSentences('1. Cardiomegaly\n2. No edema\n\n- Clear\nlungs')).toEqual([
      'Cardiomegaly',
      'No edema',
      'Clear lungs',
    ]);
  });
});
