// Free or coded words about a body part -> the closed list. Nothing of the words themselves leaves this file.
import type { BodyPart } from '@tomograph/kernel';

// Order matters: the first match wins, combined regions before single ones.
const patterns: readonly (readonly [RegExp, BodyPart])[] = [
  [/WHOLE ?BODY|\bWB\b|TRUNK|FULL BODY/, 'WHOLE_BODY'],
  [/(CHEST|THORAX|LUNG|\bCH(E|ST)?\b).*(ABD|PELV|LIVER)|\bTAP\b|\bCAP\b|TH?ORA.?ABDO/, 'CHEST_ABDOMEN'],
  [/(ABD\w*|LIVER).*PEL|ABDPEL/, 'ABDOMEN_PELVIS'],
  [/HEAD ?(AND)? ?NECK|NECK|CSPINE|CERVICAL|LARYNX|THYROID|CAROTID/, 'NECK'],
  [/HEAD|BRAIN|SKULL|CRANI|\bFACE\b|ORBIT|SINUS|TEMPORAL|IAC|SELLA/, 'HEAD'],
  [/CHEST|THORAX|THORACIC|LUNG|HEART|CARDIAC|CORONARY|MEDIASTIN|\bRIB|TSPINE|PULMON|STERNUM|AORTA/, 'CHEST'],
  [/ABD|LIVER|KIDNEY|RENAL|PANCREAS|SPLEEN|COLON|LSPINE|LUMBAR|STOMACH|BILIARY/, 'ABDOMEN'],
  [/PELV|HIP|PROSTATE|BLADDER|SACR|RECTUM|UTERUS|OVAR/, 'PELVIS'],
  [
    /EXTREMITY|LIMB|\bARM\b|\bLEG\b|HAND|FOOT|KNEE|ANKLE|ELBOW|WRIST|SHOULDER|FEMUR|TIBIA|HUMERUS|THIGH|FINGER|CALF/,
    'LIMB',
  ],
];

/** Coded or typed words, most trusted first; the first that maps wins. */
export function bodyPartOf(words: readonly (string | undefined)[]): BodyPart {
  for (const word of words) {
    const text = word?.toUpperCase().replace(/[_^/-]+/g, ' ');
    const match = text && patterns.find(([pattern]) => pattern.test(text));
    if (match) return match[1];
  }
  return 'UNKNOWN';
}
