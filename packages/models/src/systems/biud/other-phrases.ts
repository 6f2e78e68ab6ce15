// Words for things that reports also speak of, and for nothing at all; rows as in `finding-phrases.ts`.
import type { Row } from './finding-phrases.js';

/** Things that reports also speak of: learnt so that they are not taken for the findings above. */
export const otherRows: readonly Row[] = [
  [
    'PNEUMOTHORAX',
    'side',
    1,
    'pneumothorax|hydropneumothorax',
    'Air in the pleural space{where}',
    'No evidence of pneumothorax',
  ],
  [
    'PNEUMONIA',
    'lobe',
    1,
    'pneumonia|bronchopneumonia|pneumonic infiltration',
    'Findings consistent with pneumonia{where}',
    'No acute pneumonia',
  ],
  [
    'PULMONARY_EDEMA',
    'none',
    1,
    'pulmonary edema|pulmonary oedema|vascular congestion|pulmonary venous congestion',
    'The pulmonary vessels are congested',
    'Pulmonary vascularity is within normal limits|The pulmonary vasculature is normal',
  ],
  [
    'PULMONARY_EMBOLISM',
    'none',
    0,
    'pulmonary embolism|pulmonary thromboembolism|filling defects in the pulmonary arteries',
    'Emboli in the pulmonary arteries',
    'Pulmonary arteries are patent',
  ],
  [
    'LUNG_MASS',
    'lobe',
    1,
    'lung mass|pulmonary mass|tumour|mass lesion|malignant mass',
    'A mass of 0 cm{where}',
    'No mass lesion',
  ],
  ['CAVITY', 'lobe', 1, 'cavity|cavitary lesion|cavitation', 'A thick-walled cavity{where}'],
  [
    'PLEURAL_THICKENING',
    'side',
    1,
    'pleural thickening|pleural plaques|calcified pleural plaques',
    'The pleura is thickened{where}',
  ],
  [
    'HYPERINFLATION',
    'none',
    1,
    'hyperinflation|flattened diaphragms|hyperexpanded lungs',
    'The lungs are hyperinflated|The lungs are hyperexpanded',
  ],
  [
    'VERTEBRAL_FRACTURE',
    'none',
    1,
    'vertebral compression fracture|compression deformity|height loss of a vertebra',
    'Loss of height of a vertebral body',
    'Vertebral corpus heights are preserved|Vertebral body heights are normal',
  ],
  [
    'RIB_FRACTURE',
    'side',
    1,
    'rib fracture|rib fractures|displaced rib fracture',
    'Fractures of the ribs{where}',
    'No acute bony abnormality|No fracture or lytic lesion in the bones',
  ],
  [
    'DEGENERATIVE_SPINE',
    'none',
    1,
    'degenerative changes of the spine|osteophytes|spondylosis|degenerative disc disease',
    'Degenerative changes in the bone structures|Osteophytes at the vertebral corners',
    'The bony structures are intact|Bone structures in the study area are normal',
  ],
  ['SCOLIOSIS', 'none', 1, 'scoliosis|kyphosis|thoracic scoliosis', 'The thoracic spine is scoliotic'],
  [
    'THYROID_NODULE',
    'none',
    0,
    'thyroid nodule|goitre|enlarged thyroid',
    'A hypodense nodule in the thyroid',
    'The thyroid gland is normal',
  ],
  [
    'ADRENAL_NODULE',
    'side',
    0,
    'adrenal nodule|adrenal adenoma|thickening of the adrenal gland',
    'A nodule in the adrenal gland{where}',
    'The adrenal glands are normal|Bilateral adrenal glands were normal',
  ],
  [
    'BONE_LESION',
    'none',
    0,
    'lytic bone lesion|sclerotic bone lesion|bone metastasis|osseous metastases',
    'Lytic lesions in the vertebrae',
    'No lytic or destructive bone lesion',
  ],
];

/** Says that all is well, or nothing of a finding. */
export const normalSentences: readonly string[] =
  'Normal examination|No acute abnormality|Unremarkable study|No significant pathology|No evidence of active disease|No acute cardiopulmonary abnormality|Normal chest|No acute disease|Examination within normal limits|No acute cardiopulmonary findings|No acute pulmonary disease|The mediastinum is unremarkable|Mediastinal vascular structures are normal|Trachea is midline|The trachea and both main bronchi are patent|Upper abdominal organs are normal|The examination was performed without contrast|Images were acquired in the axial plane|No change since the previous examination|The soft tissues are unremarkable|Mediastinal contours are normal|Thoracic esophagus is of normal calibre|Both hemithoraces are symmetrical|The diaphragm is normal|Lungs are clear bilaterally'.split(
    '|',
  );
