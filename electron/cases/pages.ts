/** Pages of a case's materials: order and ownership in the record, bytes sealed in storage. */
import type { Storage } from '../storage/index.ts';
import { CaseError, type Kept } from './record.ts';
import { placed, replacedBy, type CaseMaterial, type DocumentRef, type NewPage, type PageRef } from './types.ts';

const renumber = (material: CaseMaterial): void => {
  material.pages = material.pages.map((page, index) => ({ ...page, index }));
};

const materialOf = (kept: Kept, materialId: string): CaseMaterial => {
  const known = kept.materials.find((material) => material.id === materialId);
  if (known !== undefined) return known;
  const made: CaseMaterial = { id: materialId, how: 'scan', pages: [] };
  kept.materials.push(made);
  return made;
};

const pageIn = (kept: Kept, pageId: string): { material: CaseMaterial; page: PageRef } => {
  for (const material of kept.materials) {
    const page = material.pages.find((candidate) => candidate.id === pageId);
    if (page !== undefined) return { material, page };
  }
  throw new CaseError('unknown-page', 'no such page in this case');
};

/** Whatever was made of the pages as they were is not what they are now. */
const unbind = (storage: Storage, material: CaseMaterial): void => {
  if (material.document !== undefined) storage.materials.remove(material.document.id);
  delete material.document;
};

/** Everything of a material that lies sealed on the disk. */
export const filesOf = ({ pages, document }: CaseMaterial): { id: string }[] => [...pages, ...(document === undefined ? [] : [document])];

/** What is sent of a material: the document made of its pages where there is one, else the pages. */
export const sentOf = ({ pages, document }: CaseMaterial): (PageRef | DocumentRef)[] => (document === undefined ? pages : [document]);

/** Seals the page and puts it in its place. */
export const keepPage = (storage: Storage, caseId: string, kept: Kept, materialId: string, page: NewPage): PageRef => {
  const material = materialOf(kept, materialId);
  material.how = 'scan';
  const old = replacedBy(material.pages, page);
  const { id, bytes, digest } = storage.materials.write(caseId, page.data);
  const ref: PageRef = { id, index: 0, contentType: page.contentType, bytes, digest, findings: page.findings, ...(page.side === undefined ? {} : { side: page.side }) };
  material.pages = placed(material.pages, ref, page.instead);
  if (old !== undefined) storage.materials.remove(old.id);
  unbind(storage, material);
  return material.pages.find((one) => one.id === id) ?? ref;
};

/** Seals the document made of these pages; null: they are not the material's pages any more. */
export const keepBound = (storage: Storage, caseId: string, kept: Kept, materialId: string, pages: readonly string[], pdf: Uint8Array): DocumentRef | null => {
  const material = kept.materials.find((one) => one.id === materialId);
  if (material === undefined || material.pages.length !== pages.length || material.pages.some((page, index) => page.id !== pages[index])) return null;
  unbind(storage, material);
  const { id, bytes, digest } = storage.materials.write(caseId, pdf);
  material.document = { id, contentType: 'application/pdf', bytes, digest };
  return material.document;
};

/** Takes a material out of the record, and its files with it. */
export const forgetMaterial = (storage: Storage, kept: Kept, materialId: string): void => {
  const material = kept.materials.find((one) => one.id === materialId);
  if (material === undefined) return;
  for (const { id } of filesOf(material)) storage.materials.remove(id);
  kept.materials = kept.materials.filter((one) => one !== material);
};

/** Where the material comes from; pages of paper go when it comes from elsewhere. */
export const chooseSource = (storage: Storage, kept: Kept, materialId: string, how: CaseMaterial['how']): void => {
  const material = materialOf(kept, materialId);
  material.how = how;
  if (how === 'scan') return;
  unbind(storage, material);
  for (const page of material.pages) storage.materials.remove(page.id);
  material.pages = [];
};

export const dropPage = (storage: Storage, kept: Kept, pageId: string): void => {
  const { material } = pageIn(kept, pageId);
  material.pages = material.pages.filter((page) => page.id !== pageId);
  renumber(material);
  unbind(storage, material);
  storage.materials.remove(pageId);
};

/** Swaps with the neighbour; at the end of the row nothing moves. */
export const shiftPage = (storage: Storage, kept: Kept, pageId: string, by: -1 | 1): void => {
  const { material, page } = pageIn(kept, pageId);
  const from = material.pages.indexOf(page);
  const other = material.pages[from + by];
  if (other === undefined) return;
  material.pages[from + by] = page;
  material.pages[from] = other;
  renumber(material);
  unbind(storage, material);
};

export const bytesOfPage = (storage: Storage, caseId: string, kept: Kept, pageId: string): Uint8Array => storage.materials.read(caseId, pageIn(kept, pageId).page.id);
