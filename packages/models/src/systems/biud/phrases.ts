// How radiologists name findings, in words of our own: what the text encoder learns from. Not a terminology, and not
// taken from any report corpus. Codes are those of kernel's finding vocabulary.

export type Place = 'side' | 'lobe' | 'none';

export interface FindingWords {
  readonly code: string;
  /** What may be said of where it is. */
  readonly place: Place;
  /** A frontal film can show it. */
  readonly onFilm: boolean;
  /** Noun phrases, usable after "no" and after "there is". */
  readonly nouns: readonly string[];
  /** Whole sentences; `{where}` is filled or left out. */
  readonly present?: readonly string[];
  readonly absent?: readonly string[];
}

type Row = readonly [
  code: string,
  place: Place,
  onFilm: 0 | 1,
  nouns: string,
  present?: string,
  absent?: string,
];

/** Alternatives are separated by `|`. */
const rows: readonly Row[] = [
  [
    'MEDICAL_MATERIAL',
    'none',
    1,
    'medical material|pacemaker|central venous catheter|port catheter|sternal wires|surgical material|chest tube|endotracheal tube|nasogastric tube|prosthetic valve|stent|indwelling device|port|metallic clips|suture material|defibrillator leads',
    'Status post sternotomy|A pacemaker is in place|The tip of the catheter projects over the superior vena cava|Status post placement of a port|Surgical clips are present|Postoperative metallic sutures are seen|Status post cardiac surgery with sternal wires|Lines and tubes in expected position|A central venous catheter is in situ|Note is made of a pacemaker',
    'No indwelling devices are seen|No lines or tubes|No metallic foreign material',
  ],
  [
    'ARTERIAL_WALL_CALCIFICATION',
    'none',
    0,
    'arterial wall calcification|aortic calcification|calcified plaque of the aorta|atherosclerotic calcification of the aortic wall|calcific atheroma of the aorta|vascular calcification|atherosclerosis of the thoracic aorta|calcified atheroma plaques in the aortic arch|atheromatous wall calcifications',
    'The aorta is calcified|Mural calcifications are present along the aorta|The aortic arch shows calcified plaques|The thoracic aorta is atherosclerotic|Calcifications of the walls of the aorta and supra-aortic branches are seen|Tortuous calcified aorta',
    'The aortic wall is free of calcified plaque|The aorta is free of atherosclerotic change',
  ],
  [
    'CARDIOMEGALY',
    'none',
    1,
    'cardiomegaly|enlarged heart|cardiac enlargement|enlargement of the cardiac silhouette|increased cardiothoracic ratio|enlarged cardiac silhouette',
    'The heart is enlarged|Heart size is increased|Cardiac size is increased|The cardiac silhouette is enlarged|The heart is larger than normal|Heart size is above normal|The cardiothoracic ratio is increased|The heart size is in the upper limits and slightly enlarged|The atria are dilated',
    'The heart is normal in size|Heart size is normal|Cardiac size is within normal limits|Heart contour and size are normal|Normal heart size|The cardiac silhouette is within normal limits|The heart is not enlarged|Heart size and mediastinal contours are normal|The cardiomediastinal silhouette is unremarkable|Cardiothoracic ratio is normal',
  ],
  [
    'PERICARDIAL_EFFUSION',
    'none',
    0,
    'pericardial effusion|pericardial fluid|fluid in the pericardial space|effusion in the pericardium',
    'Fluid surrounds the heart|The pericardial space contains fluid|An effusion is seen around the heart|Minimal pericardial fluid measuring 10 mm in thickness|Pericardial thickness and fluid are increased',
    'The pericardium is unremarkable|The pericardium is without fluid|Pericardial effusion or thickening is not seen',
  ],
  [
    'CORONARY_CALCIFICATION',
    'none',
    0,
    'coronary artery calcification|coronary artery wall calcification|calcified coronary plaque|coronary atherosclerosis|coronary calcifications|calcified plaques in the coronary arteries|calcific plaque of the LAD',
    'The coronary arteries are calcified|Calcific plaques are seen in the coronary arteries|There are calcifications of the coronary walls|Atheroma plaques are observed in the aorta and coronary arteries|The left anterior descending artery is calcified|Dense coronary calcification',
    'The coronary arteries show no calcified plaque|The coronary arteries are free of calcification',
  ],
  [
    'HIATAL_HERNIA',
    'none',
    1,
    'hiatal hernia|hiatus hernia|sliding hiatal hernia|paraesophageal hernia|hernia of the stomach through the hiatus',
    'Part of the stomach lies above the diaphragm|Herniation of the gastric fundus through the oesophageal hiatus|A sliding type hernia is seen at the esophageal hiatus|A retrocardiac air-fluid level in keeping with a hiatal hernia',
    'The oesophageal hiatus is unremarkable|The esophagogastric junction is normal',
  ],
  [
    'LYMPHADENOPATHY',
    'none',
    0,
    'lymphadenopathy|mediastinal lymphadenopathy|enlarged lymph nodes|enlarged mediastinal lymph nodes|pathologically enlarged lymph nodes|hilar lymphadenopathy|lymph nodes in pathological size|adenopathy|enlarged hilar nodes',
    'Lymph nodes are enlarged|Several enlarged thoracic nodes|Lymph nodes with a short axis of 14 mm are seen in the mediastinum|Multiple lymph nodes are seen in the paratracheal and subcarinal regions, the largest 15 mm|Conglomerate lymph nodes in the mediastinum|Enlarged nodes at both hila',
    'Lymph nodes are not enlarged by size criteria|No lymph node reaches pathological size|Lymph nodes of pathological dimensions were not detected|No enlarged lymph nodes in mediastinal, hilar or axillary regions|Mediastinal and hilar lymph nodes are of normal size',
  ],
  [
    'EMPHYSEMA',
    'none',
    1,
    'emphysema|centrilobular emphysema|emphysematous changes|paraseptal emphysema|bullous emphysema|emphysematous lungs|bullae',
    'Both lungs are emphysematous|Low-attenuation areas without walls in both lungs|Emphysematous appearance of both lungs|Hyperlucent upper lobes in keeping with emphysema|Air cysts and bullae in the upper lobes',
    'No emphysematous change in either lung',
  ],
  [
    'ATELECTASIS',
    'lobe',
    1,
    'atelectasis|linear atelectasis|subsegmental atelectasis|atelectatic changes|volume loss|plate-like atelectasis|passive atelectasis|discoid atelectasis|bibasilar atelectasis|lobar collapse|atelectatic band',
    'The lung is partly collapsed{where}|Band of volume loss{where}|Linear densities in keeping with atelectasis{where}|Subsegmental atelectatic changes are seen{where}|Low lung volumes with bibasilar atelectasis',
    'Both lungs are fully expanded|The lungs are well expanded',
  ],
  [
    'LUNG_NODULE',
    'lobe',
    1,
    'pulmonary nodule|lung nodule|nodule|nodular lesion|subpleural nodule|millimetric nodules|solid nodule|noncalcified nodule|pulmonary nodules|micronodules|nodular density|calcified granuloma',
    'A nodule of 0 mm is seen{where}|Nodule measuring 0 mm in diameter{where}|Several nodules are observed in both lungs, the largest 0 mm|Millimetric nonspecific nodules in both lungs|A nodular opacity of 0 x 0 mm{where}|There is a 0 mm nodule{where}; follow-up is recommended|A pleural-based nodule{where}',
    'No pulmonary nodule or mass|No nodular lesion is detected in the lung parenchyma|No mass or nodule in either lung|No nodular or infiltrative lesion is seen in the parenchyma|The lungs are free of nodules|No suspicious nodules',
  ],
  [
    'LUNG_OPACITY',
    'lobe',
    1,
    'ground-glass opacity|ground glass opacities|hazy opacity|ground-glass density|lung opacity|infiltrate|patchy opacities|airspace opacity|interstitial opacities|ground-glass areas|increased density|crazy paving',
    'Patchy areas of increased attenuation{where}|Hazy opacities are seen{where}|Ground-glass density increases{where}|Peripheral ground-glass areas in both lungs|Opacities are observed{where}|Findings suspicious for viral pneumonia{where}',
    'The lungs are clear|Both lungs are clear|No infiltrates|No focal airspace disease|No active infiltration|The lungs are clear without focal opacity|Aeration of both lungs is normal',
  ],
  [
    'PULMONARY_FIBROTIC_SEQUELA',
    'lobe',
    0,
    'fibrotic sequela|fibrotic sequelae|sequela changes|fibrotic strands|fibrosis|pulmonary fibrosis|scarring|linear scarring|parenchymal bands|pleuroparenchymal sequelae|fibrotic bands|apical scarring|fibroatelectatic changes|honeycombing',
    'Residual fibrotic bands are seen{where}|Pleuroparenchymal sequela densities{where}|Sequela fibrotic density increases{where}|Chronic scarring{where}|Volume loss with fibrotic sequelae{where}',
    'No pulmonary scarring',
  ],
  [
    'PLEURAL_EFFUSION',
    'side',
    1,
    'pleural effusion|effusion|pleural fluid|fluid in the pleural space|effusions|hydrothorax|pleural effusions',
    'Blunting of the costophrenic angle{where}|Effusion reaching 0 cm in the thickest part{where}|Fluid is seen between the pleural leaves{where}|The costophrenic sulcus is blunted{where}|Loculated pleural fluid{where}|A layering effusion{where}',
    'The pleural spaces are clear|The pleural spaces are free of fluid|The costophrenic angles are sharp|Both costophrenic angles are open|Pleural effusion or thickening is not observed|No pleural fluid on either side',
  ],
  [
    'MOSAIC_ATTENUATION',
    'none',
    0,
    'mosaic attenuation|mosaic attenuation pattern|mosaic perfusion|air trapping|mosaic pattern|mosaic density differences',
    'Patchwork of differing attenuation in both lungs|The parenchyma shows a mosaic pattern|Mosaic appearance, small airway or small vessel disease is considered|Areas of air trapping in both lungs',
    'Lung attenuation is homogeneous',
  ],
  [
    'PERIBRONCHIAL_THICKENING',
    'none',
    0,
    'peribronchial thickening|bronchial wall thickening|peribronchial cuffing|thickening of the bronchial walls|peribronchial thickness increase|thickened bronchial walls|chronic bronchitic changes',
    'The bronchial walls are thickened|Airway walls are thickened on both sides|Minimal peribronchial wall thickness increases in the central bronchi|Bronchial walls are thick centrally',
    'Bronchial walls are not thickened|Bronchial wall thickness is normal',
  ],
  [
    'CONSOLIDATION',
    'lobe',
    1,
    'consolidation|airspace consolidation|consolidative change|lobar consolidation|consolidated area|dense opacification|consolidation with air bronchograms|pneumonic consolidation',
    'The lung is consolidated{where}|Dense opacification in keeping with pneumonia{where}|Consolidated area with air bronchogram{where}|Lobar pneumonia{where}|Consolidations are observed{where}',
    'The airspaces are not consolidated|No focal consolidation',
  ],
  [
    'BRONCHIECTASIS',
    'lobe',
    0,
    'bronchiectasis|bronchial dilatation|traction bronchiectasis|dilated bronchi|tubular bronchiectasis|bronchiectatic changes|cylindrical bronchiectasis|bronchiectatic airways',
    'The bronchi are dilated{where}|Ectatic bronchi are seen{where}|Widened airways{where}|Dilatation of the bronchi is noted{where}',
    'Airways are of normal calibre|The bronchi are of normal calibre|Trachea and main bronchi are open',
  ],
  [
    'INTERLOBULAR_SEPTAL_THICKENING',
    'none',
    0,
    'interlobular septal thickening|septal thickening|thickened interlobular septa|septal lines|Kerley B lines|smooth septal thickening|interlobular septal prominence',
    'The interlobular septa are thickened|Septal lines are prominent|The interlobular septa are more prominent than normal|Interlobular septal thickness increases at both bases',
    'The interlobular septa are not thickened',
  ],
  [
    'HEPATIC_STEATOSIS',
    'none',
    0,
    'hepatic steatosis|fatty liver|fatty infiltration of the liver|fatty change of the liver|hepatosteatosis',
    'Liver density is decreased in keeping with steatosis|The liver is hypodense|Hepatic attenuation is reduced|Diffuse fatty liver',
    'Liver attenuation is normal|Liver density is normal',
  ],
  [
    'LIVER_LESION',
    'none',
    0,
    'liver lesion|focal liver lesion|hepatic mass|hypodense liver lesion|liver metastasis|hepatic metastases|solid hepatic lesion',
    'A hypoattenuating hepatic mass of 0 mm|Metastatic lesions in the liver|A space-occupying lesion in the liver',
    'The liver is free of focal lesions|No space-occupying lesion was detected in the liver',
  ],
  [
    'LIVER_CYST',
    'none',
    0,
    'liver cyst|hepatic cyst|simple cyst of the liver|hepatic cysts',
    'A cyst of 0 mm in the liver|Cystic lesion of the liver|Fluid-density liver cyst',
  ],
  [
    'GALLSTONE',
    'none',
    0,
    'gallstones|cholelithiasis|gallbladder stones|calculus in the gallbladder|calcified gallstone',
    'The gallbladder contains stones|Stones are seen in the gallbladder lumen',
    'The gallbladder contains no stones|The gallbladder is unremarkable',
  ],
  [
    'RENAL_CYST',
    'side',
    0,
    'renal cyst|kidney cyst|cortical cyst|simple renal cyst',
    'A cyst arises from the kidney{where}|Cortical cyst of 0 mm in the kidney{where}',
    'No cystic change of either kidney',
  ],
  [
    'KIDNEY_STONE',
    'side',
    0,
    'renal calculus|kidney stone|nephrolithiasis|renal stone|calculi in the kidney',
    'A calcification in the collecting system{where}|The kidney contains a stone{where}|Calculus of 0 mm in the kidney{where}',
    'No renal calculi',
  ],
  [
    'SPLENOMEGALY',
    'none',
    0,
    'splenomegaly|enlarged spleen|enlargement of the spleen',
    'The spleen is enlarged|Spleen size is increased|The long axis of the spleen is 0 mm and increased',
    'The spleen is normal in size|Spleen size is normal',
  ],
  [
    'AORTIC_ANEURYSM',
    'none',
    1,
    'aortic aneurysm|aneurysmal dilatation of the aorta|aortic ectasia|dilated ascending aorta|ectasia of the thoracic aorta',
    'The aorta is dilated|The ascending aorta measures 0 mm and is ectatic|The diameter of the ascending aorta is increased',
    'The aorta is of normal calibre|Thoracic aorta diameter is normal|The great vessels are of normal calibre',
  ],
  [
    'ASCITES',
    'none',
    0,
    'ascites|free abdominal fluid|free intraperitoneal fluid|intraabdominal free fluid|perihepatic fluid',
    'Fluid around the liver|Peritoneal fluid is present|Free fluid in the abdomen',
    'No free abdominal fluid',
  ],
];

/** Things that reports also speak of: learnt so that they are not taken for the findings above. */
const others: readonly Row[] = [
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

const list = (text: string | undefined): string[] => (text === undefined ? [] : text.split('|'));

const wordsOf = ([code, place, onFilm, nouns, present, absent]: Row): FindingWords => ({
  code,
  place,
  onFilm: onFilm === 1,
  nouns: list(nouns),
  present: list(present),
  absent: list(absent),
});

/** What the image encoders are asked for: 18 chest findings, then abdominal ones. */
export const biudFindings: readonly FindingWords[] = rows.map(wordsOf);
export const otherFindings: readonly FindingWords[] = others.map(wordsOf);

/** The first 18, those of the public chest CT benchmarks. */
export const chestFindingCodes: readonly string[] = biudFindings.slice(0, 18).map(({ code }) => code);

const byCode = new Map([...biudFindings, ...otherFindings].map((words) => [words.code, words]));
export const findingWords = (code: string): FindingWords | undefined => byCode.get(code);

/** Says that all is well, or nothing of a finding. */
export const normalSentences: readonly string[] = list(
  'Normal examination|No acute abnormality|Unremarkable study|No significant pathology|No evidence of active disease|No acute cardiopulmonary abnormality|Normal chest|No acute disease|Examination within normal limits|No acute cardiopulmonary findings|No acute pulmonary disease|The mediastinum is unremarkable|Mediastinal vascular structures are normal|Trachea is midline|The trachea and both main bronchi are patent|Upper abdominal organs are normal|The examination was performed without contrast|Images were acquired in the axial plane|No change since the previous examination|The soft tissues are unremarkable|Mediastinal contours are normal|Thoracic esophagus is of normal calibre|Both hemithoraces are symmetrical|The diaphragm is normal|Lungs are clear bilaterally',
);
