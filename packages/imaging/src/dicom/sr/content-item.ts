// Content items of a structured report (PS3.3 C.17.3) as dcmjs takes them: codes, texts, numbers, references, containers.
// Not a template: what stands where is measurement-report.ts.

export interface Code {
  readonly value: string;
  readonly scheme: string;
  readonly meaning: string;
}

export type ContentItem = Readonly<Record<string, unknown>>;
export type Relationship =
  | 'CONTAINS'
  | 'HAS OBS CONTEXT'
  | 'HAS ACQ CONTEXT'
  | 'HAS CONCEPT MOD'
  | 'HAS PROPERTIES';

export const dcm = (value: string, meaning: string): Code => ({ value, scheme: 'DCM', meaning });
export const sct = (value: string, meaning: string): Code => ({ value, scheme: 'SCT', meaning });
export const ucum = (value: string, meaning: string): Code => ({ value, scheme: 'UCUM', meaning });
/** Concepts that no standard dictionary has; described in docs/reference/nodule-sr.md. */
export const own = (value: string, meaning: string): Code => ({ value, scheme: '99TOMOGRAPH', meaning });

/** A Code Sequence item: values have at most 16 characters, meanings at most 64 (PS3.5 6.2, SH and LO). */
export function codeItem({ value, scheme, meaning }: Code): ContentItem {
  return {
    CodeValue: value.slice(0, 16),
    CodingSchemeDesignator: scheme.slice(0, 16),
    CodeMeaning: meaning.slice(0, 64),
  };
}

/** @param of undefined for the root, which has no relationship */
export function container(
  of: Relationship | undefined,
  name: Code,
  children: readonly ContentItem[],
  template?: string,
): ContentItem {
  return {
    ...(of === undefined ? {} : { RelationshipType: of }),
    ValueType: 'CONTAINER',
    ConceptNameCodeSequence: [codeItem(name)],
    ContinuityOfContent: 'SEPARATE',
    ...(template === undefined
      ? {}
      : { ContentTemplateSequence: [{ MappingResource: 'DCMR', TemplateIdentifier: template }] }),
    ...withChildren(children),
  };
}

export function codeOf(
  of: Relationship,
  name: Code,
  value: Code,
  children: readonly ContentItem[] = [],
): ContentItem {
  return { ...head(of, 'CODE', name), ConceptCodeSequence: [codeItem(value)], ...withChildren(children) };
}

export function textOf(of: Relationship, name: Code, value: string): ContentItem {
  return { ...head(of, 'TEXT', name), TextValue: value };
}

export function uidOf(of: Relationship, name: Code, uid: string): ContentItem {
  return { ...head(of, 'UIDREF', name), UID: uid };
}

/** @param value finite; written with up to 6 significant digits, at most 16 characters (DS) */
export function numberOf(
  of: Relationship,
  name: Code,
  value: number,
  unit: Code,
  children: readonly ContentItem[] = [],
): ContentItem {
  return {
    ...head(of, 'NUM', name),
    MeasuredValueSequence: [
      {
        MeasurementUnitsCodeSequence: [codeItem(unit)],
        NumericValue: String(Number(value.toPrecision(6))),
      },
    ],
    ...withChildren(children),
  };
}

export interface ImageReference {
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly segment?: number;
}

export function imageOf(of: Relationship, name: Code | undefined, image: ImageReference): ContentItem {
  return {
    RelationshipType: of,
    ValueType: 'IMAGE',
    ...(name === undefined ? {} : { ConceptNameCodeSequence: [codeItem(name)] }),
    ReferencedSOPSequence: [
      {
        ReferencedSOPClassUID: image.sopClassUid,
        ReferencedSOPInstanceUID: image.sopInstanceUid,
        ...(image.segment === undefined ? {} : { ReferencedSegmentNumber: [image.segment] }),
      },
    ],
  };
}

function head(of: Relationship, type: string, name: Code): ContentItem {
  return { RelationshipType: of, ValueType: type, ConceptNameCodeSequence: [codeItem(name)] };
}

function withChildren(children: readonly ContentItem[]): ContentItem {
  return children.length === 0 ? {} : { ContentSequence: [...children] };
}
