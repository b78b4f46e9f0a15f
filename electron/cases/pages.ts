/** Pages of a case's materials: order and ownership in the record, bytes sealed in storage. */
import type { Storage } from '../storage/index.ts';
import { CaseError, type Kept } from './record.ts';
import type { CaseMaterial, PageRef } from './types.ts';

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

/** Seals the page and appends it to its material. */
export const appendPage = (storage: Storage, caseId: string, kept: Kept, materialId: string, page: { contentType: string; data: Uint8Array; findings: string[] }): PageRef => {
  const material = materialOf(kept, materialId);
  material.how = 'scan';
  const { id, bytes, digest } = storage.materials.write(caseId, page.data);
  const ref: PageRef = { id, index: material.pages.length, contentType: page.contentType, bytes, digest, findings: page.findings };
  material.pages.push(ref);
  return ref;
};

/** Where the material comes from; pages of paper go when it comes from elsewhere. */
export const chooseSource = (storage: Storage, kept: Kept, materialId: string, how: CaseMaterial['how']): void => {
  const material = materialOf(kept, materialId);
  material.how = how;
  if (how === 'scan') return;
  for (const page of material.pages) storage.materials.remove(page.id);
  material.pages = [];
};

export const dropPage = (storage: Storage, kept: Kept, pageId: string): void => {
  const { material } = pageIn(kept, pageId);
  material.pages = material.pages.filter((page) => page.id !== pageId);
  renumber(material);
  storage.materials.remove(pageId);
};

/** Swaps with the neighbour; at the end of the row nothing moves. */
export const shiftPage = (kept: Kept, pageId: string, by: -1 | 1): void => {
  const { material, page } = pageIn(kept, pageId);
  const from = material.pages.indexOf(page);
  const other = material.pages[from + by];
  if (other === undefined) return;
  material.pages[from + by] = page;
  material.pages[from] = other;
  renumber(material);
};

export const bytesOfPage = (storage: Storage, caseId: string, kept: Kept, pageId: string): Uint8Array => storage.materials.read(caseId, pageIn(kept, pageId).page.id);
