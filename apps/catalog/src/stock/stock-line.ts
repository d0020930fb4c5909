/** So many pieces of one product. */
export interface StockLine {
  readonly productId: string;
  readonly quantity: number;
}

/** One line per product, as an order may name a product twice. */
export function perProduct(lines: readonly StockLine[]): StockLine[] {
  const quantities = new Map<string, number>();
  for (const { productId, quantity } of lines) {
    quantities.set(productId, (quantities.get(productId) ?? 0) + quantity);
  }
  return [...quantities].map(([productId, quantity]) => ({ productId, quantity }));
}
