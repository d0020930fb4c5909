import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { bundleSource } from '@towpath/nx';

const root = join(import.meta.dirname, '../../..');

/** A program over parts of the product, built as the services are; `source` may import libs by name, or files from the root. */
export class Product {
  private readonly folder = mkdtempSync(join(tmpdir(), 'towpath-bench-'));
  readonly file = join(this.folder, 'main.mjs');

  private constructor() {}

  static async build(source: string): Promise<Product> {
    const product = new Product();
    await bundleSource(root, source, product.file);
    return product;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
