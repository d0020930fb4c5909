import { Controller } from '@nestjs/common';
import {
  createProduct,
  idOfCursor,
  type InputOf,
  listProducts,
  type Page,
  readProduct,
  setStock,
  toPage,
  updateProduct,
} from '@towpath/api';
import { Answer, Input, Route } from '@towpath/http';

import { AddProduct } from './add-product.use-case.ts';
import { ProductNotFound } from './product.errors.ts';
import { ProductRepository } from './product.repository.ts';
import type { Product } from './product.ts';
import { ProductCache } from './product-cache.ts';
import { SetStock } from './set-stock.use-case.ts';
import { UpdateProduct } from './update-product.use-case.ts';

@Controller()
export class ProductController {
  constructor(
    private readonly products: ProductRepository,
    private readonly cache: ProductCache,
    private readonly addProduct: AddProduct,
    private readonly updating: UpdateProduct,
    private readonly setProductStock: SetStock,
  ) {}

  @Route(listProducts)
  async list(@Input() { query: { q, cursor, limit } }: InputOf<typeof listProducts>): Promise<Page<Product>> {
    const after = cursor === undefined ? undefined : idOfCursor(cursor);
    const found = q === undefined ? this.products.page(after, limit + 1) : this.products.search(q, after, limit + 1);
    return toPage(await found, limit);
  }

  @Route(readProduct)
  async read(@Input() { params }: InputOf<typeof readProduct>): Promise<Answer<Product>> {
    const product = await this.cache.read(params.id);
    if (!product) throw new ProductNotFound();
    return tagged(product);
  }

  @Route(createProduct)
  async create(@Input() { body }: InputOf<typeof createProduct>): Promise<Answer<Product>> {
    const product = await this.addProduct.execute(body);
    return tagged(product, { location: `/v1/products/${product.id}` });
  }

  @Route(updateProduct)
  async update(@Input() { params: { id }, headers, body }: InputOf<typeof updateProduct>): Promise<Answer<Product>> {
    return tagged(await this.updating.execute({ id, version: Number(headers['if-match'].slice(1, -1)) }, body));
  }

  @Route(setStock)
  async setStock(@Input() { params, body }: InputOf<typeof setStock>): Promise<Answer<Product>> {
    return tagged(await this.setProductStock.execute(params.id, body.quantity));
  }
}

/** With the version as its tag, for `If-Match`. */
function tagged(product: Product, headers: Readonly<Record<string, string>> = {}): Answer<Product> {
  return new Answer(product, { headers: { etag: `"${product.version}"`, ...headers } });
}
