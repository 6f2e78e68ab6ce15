// The organ labels: stable numbers, TotalSegmentator names where it has one, SNOMED CT codes where we are sure of one.
// Not instances (nodules, lymph nodes): those have their own volume.
//
// Codes were compared with TotalSegmentator's own table (resources/totalsegmentator_snomed_mapping.csv), DICOM PS3.16 CID
// 4031 and published FHIR value sets. Where SNOMED has a concept of one side it is used; where the code is the same on both
// sides (ribs, clavicles, arms, legs, muscles) the side is in the name alone. Costal cartilages: no code that we could check.

export interface OrganLabel {
  readonly id: number;
  readonly name: string;
  /** SNOMED CT concept id of the structure, as in the DICOM CT anatomy context groups; absent where we are not sure. */
  readonly snomed?: string;
  /** May be empty at 64 voxels across: thin or small. */
  readonly tiny?: true;
}

type Entry = readonly [name: string, snomed?: string, tiny?: true];

/** First to twelfth rib. */
const ribCodes = [
  '48535007',
  '78247007',
  '25888004',
  '25523003',
  '15339008',
  '59558009',
  '24915002',
  '5953002',
  '22565002',
  '77644006',
  '58830002',
  '43993008',
];

// The first ten are the small-test set. Numbers never change: append only.
const entries: readonly Entry[] = [
  ['liver', '10200004'],
  ['spleen', '78961009'],
  ['kidney_right', '9846003'],
  ['kidney_left', '18639004'],
  ['heart_myocardium', '74281007'],
  ['aorta', '15825003'],
  ['lung_upper_lobe_right', '42400003'],
  ['lung_lower_lobe_right', '266005'],
  ['lung_upper_lobe_left', '44714003'],
  ['lung_lower_lobe_left', '41224006'],
  ['lung_middle_lobe_right', '72481006'],
  ['trachea', '44567001'],
  ['esophagus', '32849002'],
  ['thyroid_gland', '69748006'],
  ['heart_atrium_left', '82471001'],
  ['heart_ventricle_left', '87878005'],
  ['heart_atrium_right', '73829009'],
  ['heart_ventricle_right', '53085002'],
  ['pulmonary_artery', '81040000'],
  ['pulmonary_vein', '122972007'],
  ['superior_vena_cava', '48345005'],
  ['inferior_vena_cava', '64131007'],
  ['portal_vein_and_splenic_vein', '110765007'],
  ['brachiocephalic_trunk', '12691009'],
  ['brachiocephalic_vein_right', '8887007'],
  ['brachiocephalic_vein_left', '8887007'],
  ['common_carotid_artery_left', '32062004', true],
  ['subclavian_artery_left', '36765005', true],
  ['gallbladder', '28231008'],
  ['stomach', '69695003'],
  ['pancreas', '15776009'],
  ['duodenum', '38848004'],
  ['small_bowel', '30315005'],
  ['colon', '71854001'],
  ['adrenal_gland_right', '29392005', true],
  ['adrenal_gland_left', '12003004', true],
  ['urinary_bladder', '89837001'],
  ['prostate', '41216001'],
  ['spinal_cord', '2748008'],
  ['sternum', '56873002'],
  ['clavicula_right', '51299004'],
  ['clavicula_left', '51299004'],
  ['scapula_right', '79601000'],
  ['scapula_left', '79601000'],
  ['costal_cartilages'],
  ['autochthon_right', '244849004'],
  ['autochthon_left', '244849004'],
  ['iliopsoas_right', '68455001'],
  ['iliopsoas_left', '68455001'],
  ['sacrum', '54735007'],
  ['hip_right', '287579007'],
  ['hip_left', '287679003'],
  ['azygos_vein', '72107004', true],
  ['atrial_appendage_left', '33626005', true],
  ...ribCodes.map((code, i): Entry => [`rib_right_${i + 1}`, code, true]),
  ...ribCodes.map((code, i): Entry => [`rib_left_${i + 1}`, code, true]),
  ['vertebrae_C6', '36054005'],
  ['vertebrae_C7', '87391001'],
  ['vertebrae_T1', '64864005'],
  ['vertebrae_T2', '53733008'],
  ['vertebrae_T3', '1626008'],
  ['vertebrae_T4', '73071006'],
  ['vertebrae_T5', '56401006'],
  ['vertebrae_T6', '45296009'],
  ['vertebrae_T7', '62487009'],
  ['vertebrae_T8', '11068009'],
  ['vertebrae_T9', '82687006'],
  ['vertebrae_T10', '7610001'],
  ['vertebrae_T11', '12989004'],
  ['vertebrae_T12', '23215003'],
  ['vertebrae_L1', '66794005'],
  ['vertebrae_L2', '14293000'],
  ['vertebrae_L3', '36470004'],
  ['vertebrae_L4', '11994002'],
  ['vertebrae_L5', '49668003'],
  ['femur_right', '71341001'],
  ['femur_left', '71341001'],
  ['humerus_right', '85050009'],
  ['humerus_left', '85050009'],
  ['subclavian_artery_right', '36765005', true],
  ['common_carotid_artery_right', '32062004', true],
  ['iliac_artery_right', '73634005', true],
  ['iliac_artery_left', '73634005', true],
];

export const organLabels: readonly OrganLabel[] = entries.map(([name, snomed, tiny], i) => ({
  id: i + 1,
  name,
  ...(snomed === undefined ? {} : { snomed }),
  ...(tiny === undefined ? {} : { tiny }),
}));

const byName = new Map(organLabels.map((label) => [label.name, label.id]));

/** Number of a label; throws on a name that is not in the list (a programming mistake). */
export function label(name: string): number {
  const id = byName.get(name);
  if (id === undefined) throw new TypeError(`no organ label is called ${name}`);
  return id;
}

const members = (test: (name: string) => boolean) => organLabels.filter((l) => test(l.name)).map((l) => l.id);

/** Organs that are several labels here: union them to compare with a coarser segmentation. */
export const labelGroups: Readonly<Record<string, readonly number[]>> = {
  heart: members((name) => name.startsWith('heart_') || name === 'atrial_appendage_left'),
  lung_right: members((name) => /^lung_.*_right$/.test(name)),
  lung_left: members((name) => /^lung_.*_left$/.test(name)),
  ribs: members((name) => name.startsWith('rib_')),
  vertebrae: members((name) => name.startsWith('vertebrae_')),
};
