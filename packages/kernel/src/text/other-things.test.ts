// Words of a finding that mean something else: what would make a radiologist laugh at a search.
import { describe, expect, it, test } from 'vitest';
import { findFindings } from './find-findings.js';
import { findingVocabulary } from './finding-vocabulary.js';
import { namesOfOtherThings } from './names-of-other-things.js';
import { parseQuery } from './parse-query.js';

const codesOf = (sentence: string) => [...new Set(findFindings(sentence).map(({ code }) => code))].sort();

describe('what is said of', () => {
  it.each([
    ['Subcutaneous emphysema on the right.', ['SUBCUTANEOUS_EMPHYSEMA']],
    ['Emphysema is observed under the skin extending to the axilla.', ['SUBCUTANEOUS_EMPHYSEMA']],
    ['Emphysema areas are observed in the left pectoralis major muscle.', ['SUBCUTANEOUS_EMPHYSEMA']],
    ['There is mediastinal emphysema.', ['PNEUMOMEDIASTINUM']],
    ['Free air in the mediastinum.', ['PNEUMOMEDIASTINUM']],
    ['Free air under the diaphragm.', ['FREE_AIR']],
    ['Emphysematous cholecystitis.', ['CHOLECYSTITIS']],
    ['Knee joint effusion.', ['JOINT_EFFUSION']],
    ['Effusion in the left shoulder joint.', ['JOINT_EFFUSION']],
    ['Small right effusion.', ['PLEURAL_EFFUSION']],
    ['Subdural effusion.', []],
    ['A nodule in the right lobe of the thyroid.', ['THYROID_NODULE']],
    ['Nodule in the left breast.', ['BREAST_LESION']],
    ['Nodule in the right lobe of the liver.', ['LIVER_LESION']],
    ['A 6 mm nodule in the left adrenal gland.', ['ADRENAL_NODULE']],
    ['Calcified aortic valve.', ['VALVE_CALCIFICATION']],
    ['Calcification of the mitral annulus.', ['VALVE_CALCIFICATION']],
    ['Coronary calcification.', ['CORONARY_CALCIFICATION']],
    ['Calcified lymph nodes at the aortic arch.', []],
    ['Aortic wall calcification.', ['ARTERIAL_WALL_CALCIFICATION']],
    ['Sliding hiatal hernia.', ['HIATAL_HERNIA']],
    ['Disc herniation at L4-L5.', ['DISC_HERNIATION']],
    ['Bochdalek hernia.', ['DIAPHRAGMATIC_HERNIA']],
    ['Left inguinal hernia.', ['ABDOMINAL_HERNIA']],
    ['Adhesions in the pleural cavity.', []],
    ['Free fluid in the abdominal cavity.', ['ASCITES']],
    ['Cavity in the right upper lobe.', ['CAVITY']],
    ['Body mass index 31, reduced muscle mass.', []],
    ['Subcutaneous edema of the chest wall.', ['SOFT_TISSUE_EDEMA']],
    ['Cerebral edema.', []],
    ['Renal cortical scarring.', []],
    ['Aneurysm of the aortic arch.', ['AORTIC_ANEURYSM']],
    ['Splenic artery aneurysm.', []],
  ])('%s -> %j', (sentence, codes) => {
    expect(codesOf(sentence)).toEqual([...codes].sort());
  });
});

test('the lung keeps its own beside another organ', () => {
  expect(codesOf('Nodules in both lungs, liver is normal.')).toEqual(['LUNG_NODULE']);
  expect(codesOf('Emphysema in both lungs and emphysema under the skin.')).toEqual([
    'EMPHYSEMA',
    'SUBCUTANEOUS_EMPHYSEMA',
  ]);
  expect(codesOf('Emphysema in the upper lobes, axillary lymph nodes are normal.')).toEqual(['EMPHYSEMA']);
  expect(codesOf('Pleural and joint effusion.')).toContain('JOINT_EFFUSION');
});

test('polarity holds for them too', () => {
  expect(findFindings('No subcutaneous emphysema.')).toMatchObject([
    { code: 'SUBCUTANEOUS_EMPHYSEMA', polarity: 'ABSENT' },
  ]);
  expect(findFindings('No pneumothorax, but subcutaneous emphysema.')).toMatchObject([
    { code: 'PNEUMOTHORAX', polarity: 'ABSENT' },
    { code: 'SUBCUTANEOUS_EMPHYSEMA', polarity: 'PRESENT' },
  ]);
});

test('a query for one does not ask for the other', () => {
  expect(parseQuery('subcutaneous emphysema').wanted).toEqual(['SUBCUTANEOUS_EMPHYSEMA']);
  expect(parseQuery('emphysema').wanted).toEqual(['EMPHYSEMA']);
  expect(parseQuery('thyroid nodule').wanted).toEqual(['THYROID_NODULE']);
});

test('every list of other things belongs to a finding of the vocabulary', () => {
  const codes = findingVocabulary.map(({ code }) => code);
  for (const code of Object.keys(namesOfOtherThings)) expect(codes).toContain(code);
});
