import { DomainError } from '@towpath/errors';

export class ProductNotFound extends DomainError {
  constructor() {
    super('not-found', 'There is no such product.');
  }
}

export class SkuTaken extends DomainError {
  constructor(sku: string) {
    const detail = `Another product has the SKU ${sku}.`;
    super('already-exists', detail, { errors: [{ pointer: '/sku', detail }] });
  }
}

export class ChangedMeanwhile extends DomainError {
  constructor(version: number) {
    super('changed-meanwhile', `The product is at version ${version}: read it again, then change that.`);
  }
}

export class StockIsHeld extends DomainError {
  constructor(reserved: number) {
    super('illegal-state', `Orders hold ${reserved} of this product: there cannot be fewer.`);
  }
}
