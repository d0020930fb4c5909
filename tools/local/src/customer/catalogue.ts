import type { ApiClient } from './api-client.ts';

/** A product, as the API tells it. */
export interface Product {
  readonly id: string;
  readonly sku: string;
  readonly name: string;
  readonly price: { readonly amountMinor: number; readonly currency: string };
  readonly available: number;
}

const stock = 1_000;
const euros = (amountMinor: number) => ({ amountMinor, currency: 'EUR' });

/** What a towpath shop sells. */
const wares = [
  { sku: 'LANTERN-01', name: 'Storm lantern', description: 'Burns through wind and rain.', price: euros(3_450) },
  { sku: 'ROPE-20', name: 'Mooring rope, 20 m', description: 'Three strands, does not float.', price: euros(2_900) },
  { sku: 'WINDLASS-3', name: 'Windlass', description: 'Opens the paddles of most locks.', price: euros(1_999) },
  { sku: 'MAP-OXF', name: 'Canal map, Oxford', description: 'Waterproof, with every lock.', price: euros(1_250) },
  { sku: 'KETTLE-2L', name: 'Enamel kettle', description: 'Two litres, whistles.', price: euros(2_200) },
];

/** Adds what is missing of a small catalogue, and restocks what is nearly sold out. */
export async function stockCatalogue(admin: ApiClient): Promise<Product[]> {
  const { body } = await admin.get<{ items: Product[] }>('/v1/products?limit=100');
  const known = new Map(body.items.map((product) => [product.sku, product]));
  return Promise.all(
    wares.map(async (ware) => {
      const product = known.get(ware.sku);
      if (product === undefined) return (await admin.post<Product>('/v1/products', { ...ware, stock })).body;
      if (product.available > 10) return product;
      return (await admin.put<Product>(`/v1/products/${product.id}/stock`, { quantity: stock })).body;
    }),
  );
}
