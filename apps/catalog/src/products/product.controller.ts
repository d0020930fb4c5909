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
} from '@towpath/api';
import { Answer, Input, Route } from '@towpath/http';

import { AddProduct } from './add-product.use-case.ts';
import { ProductNotFound } from './product.errors.ts';
import { ProductRepository } from './product.repository.ts';
import type { Product } from './product.ts';
import { ProductCache } from './product-cache.ts';
import { SetStock } from './set-stock.use-case.ts';

@Controller()
export class ProductController {
  constructor(
    private readonly products: ProductRepository,
    private readonly cache: ProductCache,
    private readonly addProduct: AddProduct,
    private readonly setProductStock: SetStock,
  ) {}

  @Route(listProducts)
  async list(@Input() { query: { cursor, limit } }: InputOf<typeof listProducts>): Promise<Page<Product>> {
    const after = cursor === undefined ? undefined : idOfCursor(cursor);
    return toPage(await this.products.page(after, limit + 1), limit);
  }

  @Route(readProduct)
  async read(@Input() { params }: InputOf<typeof readProduct>): Promise<Product> {
    const product = await this.cache.read(params.id);
    if (!product) throw new ProductNotFound();
    return product;
  }

  @Route(createProduct)
  async create(@Input() { body }: InputOf<typeof createProduct>): Promise<Answer<Product>> {
    const product = await this.addProduct.execute(body);
    return new Answer(product, { headers: { location: `/v1/products/${product.id}` } });
  }

  @Route(setStock)
  setStock(@Input() { params, body }: InputOf<typeof setStock>): Promise<Product> {
    return this.setProductStock.execute(params.id, body.quantity);
  }
}
