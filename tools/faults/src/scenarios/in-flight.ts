import type { FaultShop } from '../shop/fault-shop.ts';

/** What all processes of a service have under way at this moment. */
export async function inFlightOf(shop: Pick<FaultShop, 'ofService'>, service: string): Promise<number> {
  const counts = await Promise.all(shop.ofService(service).map((process) => process.inFlight()));
  return counts.reduce((sum, count) => sum + count, 0);
}
