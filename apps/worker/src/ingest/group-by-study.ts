// Items of one input → studies. What the files say belongs together stays together; a report given beside the input
// goes to every study of it, or is a study of its own when there is no image.
import type { ReadInputItem, Report } from '@tomograph/imaging';
import { type BodyPart, pseudonym, type SubjectFacts, sha256 } from '@tomograph/kernel';

export interface StudyGroup {
  readonly subject: SubjectFacts;
  readonly items: readonly Exclude<ReadInputItem, { kind: 'LABEL' }>[];
}

/** Label maps are not part of a case: they come in through `task add`. */
export function groupByStudy(
  items: readonly ReadInputItem[],
  attached: Report | undefined,
  key: Uint8Array,
): StudyGroup[] {
  const groups = new Map<
    string,
    { subject: SubjectFacts; items: Exclude<ReadInputItem, { kind: 'LABEL' }>[] }
  >();
  for (const item of items) {
    if (item.kind === 'LABEL') continue;
    const group = groups.get(item.subject.studyKey) ?? { subject: item.subject, items: [] };
    group.items.push(item);
    groups.set(item.subject.studyKey, group);
  }
  if (attached) {
    const digest = sha256(attached.text);
    if (groups.size === 0) {
      const name = pseudonym(key, 'report', digest);
      const subject: SubjectFacts = {
        patientKey: name,
        studyKey: name,
        sex: 'UNKNOWN',
        ageBand: null,
        shiftedDay: null,
      };
      groups.set(name, { subject, items: [] });
    }
    for (const group of groups.values()) {
      group.items.push({
        kind: 'REPORT',
        digest,
        subject: group.subject,
        sources: [],
        report: attached,
        notes: [],
      });
    }
  }
  return [...groups.values()];
}

/** The first body part that any image of the group names. */
export function bodyPartOf(group: StudyGroup): BodyPart {
  for (const item of group.items) {
    const part = item.kind === 'CT' ? item.facts.bodyPart : item.kind === 'XRAY' ? item.bodyPart : 'UNKNOWN';
    if (part !== 'UNKNOWN') return part;
  }
  return 'UNKNOWN';
}
