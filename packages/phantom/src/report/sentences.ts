// The words: at least five paraphrases per finding, their negations, and impressions. Slots in braces are filled by report.ts.
import type { FindingName } from '../lesion/finding.js';

export interface Wording {
  /** Sentences for the findings section. Slots: {side} {lobe} {degree} {size} {count} {s} {kind}. */
  readonly present: readonly string[];
  readonly absent: readonly string[];
  readonly impression: readonly string[];
}

export const wordings: Readonly<Record<FindingName, Wording>> = {
  medical_material: {
    present: [
      'A {kind} is in place.',
      'There is a {kind} in situ.',
      'Note is made of a {kind}.',
      'A {kind} is visible.',
      'Status post placement of a {kind}.',
    ],
    absent: ['No indwelling devices are seen.', 'There is no medical material.'],
    impression: ['{Kind} in place.', 'Status post {kind}.'],
  },
  arterial_wall_calcification: {
    present: [
      '{Degree} calcified plaque of the aorta.',
      'There is {degree} atherosclerotic calcification of the aortic wall.',
      'Calcific atheroma of the aorta, {degree}.',
      'The aorta shows {degree} wall calcification.',
      'Mural calcifications are present along the aorta ({degree}).',
    ],
    absent: ['No significant aortic wall calcification.', 'The aortic wall is free of calcified plaque.'],
    impression: ['{Degree} aortic atherosclerosis.', 'Calcified aortic plaque.'],
  },
  cardiomegaly: {
    present: [
      'The heart is {degree}ly enlarged.',
      'There is {degree} cardiomegaly.',
      'Cardiac size is {degree}ly increased.',
      'Enlarged cardiac silhouette, {degree}.',
      'Heart size is above normal, in keeping with {degree} cardiomegaly.',
    ],
    absent: ['The heart is normal in size.', 'No cardiomegaly.', 'Cardiac size is within normal limits.'],
    impression: ['{Degree} cardiomegaly.', 'Enlarged heart.'],
  },
  pericardial_effusion: {
    present: [
      'There is a {degree} pericardial effusion.',
      '{Degree} amount of pericardial fluid.',
      'Fluid surrounds the heart, {degree} in amount.',
      'Pericardial effusion, {degree}.',
      'The pericardial space contains a {degree} amount of fluid.',
    ],
    absent: ['No pericardial effusion.', 'The pericardium is unremarkable, without fluid.'],
    impression: ['{Degree} pericardial effusion.', 'Pericardial fluid.'],
  },
  coronary_artery_wall_calcification: {
    present: [
      '{Degree} coronary artery calcification.',
      'The coronary arteries are {degree}ly calcified.',
      'There are {degree} calcifications of the coronary walls.',
      'Coronary atherosclerotic calcification is {degree}.',
      'Calcified coronary plaque, {degree}.',
    ],
    absent: ['No coronary artery calcification.', 'The coronary arteries show no calcified plaque.'],
    impression: ['{Degree} coronary calcification.', 'Coronary artery disease, calcified.'],
  },
  hiatal_hernia: {
    present: [
      '{Degree} hiatal hernia.',
      'There is a {degree} hernia of the stomach through the hiatus.',
      'Part of the stomach lies above the diaphragm, in keeping with a {degree} hiatal hernia.',
      'A {degree} sliding hiatal hernia is present.',
      'Herniation of gastric fundus through the oesophageal hiatus, {degree}.',
    ],
    absent: ['No hiatal hernia.', 'The oesophageal hiatus is unremarkable.'],
    impression: ['{Degree} hiatal hernia.', 'Hiatal hernia.'],
  },
  lymphadenopathy: {
    present: [
      'Enlarged mediastinal and hilar lymph nodes, up to {size} mm in short axis.',
      'There is mediastinal lymphadenopathy measuring up to {size} mm.',
      'Several enlarged thoracic nodes, the largest {size} mm.',
      'Lymph nodes are enlarged to {size} mm (short axis).',
      'Pathologically enlarged lymph nodes are seen, the largest with a short axis of {size} mm.',
    ],
    absent: [
      'No enlarged mediastinal or hilar lymph nodes.',
      'No lymphadenopathy.',
      'Lymph nodes are not enlarged by size criteria.',
    ],
    impression: ['Thoracic lymphadenopathy up to {size} mm.', 'Enlarged mediastinal lymph nodes.'],
  },
  emphysema: {
    present: [
      '{Degree} emphysema with upper lobe predominance.',
      'There are {degree} emphysematous changes in both lungs.',
      '{Degree} centrilobular emphysema.',
      'Both lungs show {degree} emphysema.',
      'Low-attenuation areas without walls, in keeping with {degree} emphysema.',
    ],
    absent: ['No emphysema.', 'No emphysematous change in either lung.'],
    impression: ['{Degree} emphysema.', 'Emphysematous lungs.'],
  },
  atelectasis: {
    present: [
      '{Kind} atelectasis in the {lobe}.',
      'There is {kind} atelectasis of the {lobe}.',
      'Band of {kind} volume loss in the {lobe}.',
      '{Lobe} shows {kind} atelectatic change.',
      'Atelectatic changes ({kind}) are present in the {lobe}.',
    ],
    absent: ['No atelectasis.', 'Both lungs are fully expanded.'],
    impression: ['{Lobe} atelectasis.', '{Kind} atelectasis of the {lobe}.'],
  },
  lung_nodule: {
    present: [
      'A {size} mm nodule in the {lobe}{more}.',
      'There is a pulmonary nodule of {size} mm in the {lobe}{more}.',
      'Nodule in the {lobe} measuring {size} mm{more}.',
      '{Lobe} nodule, {size} mm in diameter{more}.',
      'A nodular lesion of {size} mm is seen in the {lobe}{more}.',
    ],
    absent: [
      'No suspicious pulmonary nodules.',
      'No lung nodule is identified.',
      'No pulmonary nodule or mass.',
    ],
    impression: ['{size} mm nodule of the {lobe}.', 'Pulmonary nodule, {lobe}; follow-up as appropriate.'],
  },
  lung_opacity: {
    present: [
      'Ground-glass opacity in the {lobe}, {degree}.',
      'There is {degree} ground-glass opacification of the {lobe}.',
      'Hazy opacities are seen in the {lobe} ({degree}).',
      '{Lobe} shows {degree} ground-glass density.',
      'Patchy areas of increased attenuation in the {lobe}, {degree} in extent.',
    ],
    absent: ['No ground-glass opacity.', 'No hazy opacities.'],
    impression: ['{Lobe} ground-glass opacity.', '{Degree} opacity of the {lobe}.'],
  },
  pulmonary_fibrotic_sequela: {
    present: [
      'Fibrotic strands in the {lobe}.',
      'There are sequelae of fibrosis in the {lobe}, {degree}.',
      'Linear scarring of the {lobe}.',
      '{Degree} fibrotic changes in the {lobe}.',
      'Residual fibrotic bands are seen in the {lobe}.',
    ],
    absent: ['No fibrotic change.', 'No pulmonary scarring.'],
    impression: ['Fibrotic sequelae of the {lobe}.', 'Scarring in the {lobe}.'],
  },
  pleural_effusion: {
    present: [
      '{Degree} {side} pleural effusion.',
      'There is a {degree} {side} pleural effusion.',
      'Fluid in the {side} pleural space, {degree} in amount.',
      '{Side} pleural fluid of {degree} amount with adjacent passive change.',
      'A {degree} amount of pleural fluid is present ({side}).',
    ],
    absent: [
      'No pleural effusion.',
      'The pleural spaces are free of fluid.',
      'No pleural fluid on either side.',
    ],
    impression: ['{Degree} {side} pleural effusion.', '{Side} pleural effusion.'],
  },
  mosaic_attenuation_pattern: {
    present: [
      '{Degree} mosaic attenuation of the lungs.',
      'There is a {degree} mosaic attenuation pattern.',
      'The parenchyma shows a {degree} mosaic pattern.',
      'Patchwork of differing attenuation in both lungs, {degree}.',
      'Mosaic perfusion is seen bilaterally ({degree}).',
    ],
    absent: ['No mosaic attenuation.', 'Lung attenuation is homogeneous.'],
    impression: ['Mosaic attenuation, {degree}.', 'Mosaic pattern: small airways or vascular disease.'],
  },
  peribronchial_thickening: {
    present: [
      '{Degree} peribronchial thickening.',
      'Bronchial walls are {degree}ly thickened.',
      'There is {degree} thickening of the bronchial walls.',
      'Airway walls show {degree} thickening on both sides.',
      'Peribronchial cuffing, {degree}.',
    ],
    absent: ['Bronchial walls are not thickened.', 'No peribronchial thickening.'],
    impression: ['{Degree} bronchial wall thickening.', 'Peribronchial thickening.'],
  },
  consolidation: {
    present: [
      'Consolidation in the {lobe}, {degree} in extent.',
      'There is {degree} airspace consolidation of the {lobe}.',
      'The {lobe} is partly consolidated ({degree}).',
      'Dense opacification of the {lobe} in keeping with {degree} consolidation.',
      '{Degree} consolidative change in the {lobe}.',
    ],
    absent: [
      'No consolidation.',
      'No airspace consolidation in either lung.',
      'The airspaces are not consolidated.',
    ],
    impression: ['{Lobe} consolidation, pneumonia likely.', '{Degree} consolidation of the {lobe}.'],
  },
  bronchiectasis: {
    present: [
      '{Degree} bronchiectasis in the {lobe}.',
      'The bronchi of the {lobe} are {degree}ly dilated.',
      'There is {degree} bronchial dilatation in the {lobe}.',
      'Bronchiectatic airways are seen in the {lobe} ({degree}).',
      '{Lobe} bronchiectasis, {degree}.',
    ],
    absent: ['No bronchiectasis.', 'Airways are of normal calibre.'],
    impression: ['{Lobe} bronchiectasis.', '{Degree} bronchiectasis.'],
  },
  interlobular_septal_thickening: {
    present: [
      '{Degree} interlobular septal thickening.',
      'The interlobular septa are {degree}ly thickened.',
      'There is {degree} smooth thickening of the septa at both bases.',
      'Septal lines are prominent ({degree}).',
      'Thickened interlobular septa in both lungs, {degree}.',
    ],
    absent: ['No interlobular septal thickening.', 'The interlobular septa are not thickened.'],
    impression: ['{Degree} septal thickening.', 'Septal thickening, interstitial oedema to be considered.'],
  },
  hepatic_steatosis: {
    present: [
      '{Degree} hepatic steatosis.',
      'The liver is {degree}ly hypodense in keeping with fatty infiltration.',
      'There is {degree} fatty change of the liver.',
      'Hepatic attenuation is {degree}ly reduced.',
      'Diffuse fatty liver, {degree}.',
    ],
    absent: ['Liver attenuation is normal.', 'No hepatic steatosis.'],
    impression: ['{Degree} fatty liver.', 'Hepatic steatosis.'],
  },
  liver_lesion: {
    present: [
      'Hypodense liver lesion of {size} mm{more}.',
      'There is a solid hepatic lesion measuring {size} mm{more}.',
      'Focal lesion in the liver, {size} mm{more}.',
      'A {size} mm hypoattenuating hepatic mass{more}.',
      'Liver lesion suspicious for metastasis, {size} mm{more}.',
    ],
    absent: ['No focal liver lesion.', 'The liver is free of focal lesions.'],
    impression: ['Liver lesion of {size} mm, suspicious.', 'Hepatic metastasis to be considered.'],
  },
  liver_cyst: {
    present: [
      'Simple hepatic cyst of {size} mm{more}.',
      'There is a liver cyst measuring {size} mm{more}.',
      'Cystic lesion of the liver, {size} mm{more}.',
      'A {size} mm fluid-density liver cyst{more}.',
      'Well-defined hepatic cyst, {size} mm{more}.',
    ],
    absent: ['No hepatic cysts.', 'No cystic change of the liver.'],
    impression: ['Simple liver cyst.', 'Hepatic cyst of {size} mm.'],
  },
  gallstones: {
    present: [
      'Gallstones up to {size} mm.',
      'There is cholelithiasis, the largest stone {size} mm.',
      'The gallbladder contains stones ({size} mm).',
      'Calcified gallstone of {size} mm.',
      'Stones are seen in the gallbladder, up to {size} mm.',
    ],
    absent: ['No gallstones.', 'The gallbladder contains no stones.'],
    impression: ['Cholelithiasis.', 'Gallstones.'],
  },
  renal_cyst: {
    present: [
      '{Side} renal cyst of {size} mm.',
      'There is a simple cyst of the {side} kidney, {size} mm.',
      'Cortical cyst in the {side} kidney measuring {size} mm.',
      'The {side} kidney shows a {size} mm cyst.',
      'A {size} mm cyst arises from the {side} kidney.',
    ],
    absent: ['No renal cysts.', 'No cystic change of either kidney.'],
    impression: ['{Side} renal cyst.', 'Simple cyst of the {side} kidney.'],
  },
  kidney_stone: {
    present: [
      '{Side} renal calculus of {size} mm.',
      'There is a {size} mm stone in the {side} kidney.',
      'Nephrolithiasis on the {side} ({size} mm).',
      'A {size} mm calcification in the {side} collecting system.',
      'The {side} kidney contains a stone of {size} mm.',
    ],
    absent: ['No renal calculi.', 'No nephrolithiasis.'],
    impression: ['{Side} nephrolithiasis.', 'Renal stone, {side}.'],
  },
  splenomegaly: {
    present: [
      'The spleen is {degree}ly enlarged.',
      '{Degree} splenomegaly.',
      'There is {degree} enlargement of the spleen.',
      'Spleen size is {degree}ly increased.',
      'Enlarged spleen, {degree}.',
    ],
    absent: ['The spleen is normal in size.', 'No splenomegaly.'],
    impression: ['{Degree} splenomegaly.', 'Enlarged spleen.'],
  },
  aortic_aneurysm: {
    present: [
      'Aneurysmal dilatation of the thoracic aorta to {size} mm.',
      'The aorta is dilated, up to {size} mm.',
      'There is an aortic aneurysm of {size} mm.',
      'Aortic ectasia measuring {size} mm.',
      'Dilated ascending aorta with a diameter of {size} mm.',
    ],
    absent: ['The aorta is of normal calibre.', 'No aortic aneurysm.'],
    impression: ['Aortic dilatation to {size} mm.', 'Aortic aneurysm.'],
  },
  ascites: {
    present: [
      '{Degree} ascites.',
      'There is a {degree} amount of free intraperitoneal fluid.',
      'Free abdominal fluid, {degree}.',
      'Fluid around the liver in keeping with {degree} ascites.',
      'Peritoneal fluid is present ({degree}).',
    ],
    absent: ['No ascites.', 'No free abdominal fluid.'],
    impression: ['{Degree} ascites.', 'Ascites.'],
  },
};

export const normalImpressions = [
  'Normal examination.',
  'No acute abnormality.',
  'No significant pathology.',
  'Unremarkable study.',
  'No evidence of active disease.',
] as const;

export const degrees = [['mild', 'slight', 'mild'], ['moderate'], ['severe', 'marked']] as const;

export const lobeWords = {
  RUL: ['right upper lobe', 'upper lobe of the right lung'],
  RML: ['right middle lobe', 'middle lobe'],
  RLL: ['right lower lobe', 'lower lobe of the right lung'],
  LUL: ['left upper lobe', 'upper lobe of the left lung'],
  LLL: ['left lower lobe', 'lower lobe of the left lung'],
} as const;
