export interface QuadratureRule {
  /** Ascending, between 0 and 1. */
  readonly stops: readonly number[];
  /** Add up to 1. */
  readonly weights: readonly number[];
}

/**
 * Gauss-Legendre quadrature on [0, 1]: `count` stops integrate a polynomial of degree 2 · count - 1 exactly.
 *
 * https://en.wikipedia.org/wiki/Gauss%E2%80%93Legendre_quadrature
 * @example gaussLegendre(2) // { stops: [0.2113, 0.7887], weights: [0.5, 0.5] }
 */
export function gaussLegendre(count: number): QuadratureRule {
  const stops: number[] = [];
  const weights: number[] = [];
  for (let index = count; index >= 1; index--) {
    // Newton's method from a guess that is close to this root and no other.
    let root = Math.cos((Math.PI * (index - 0.25)) / (count + 0.5));
    let slope = 0;
    for (let step = 0; step < 10; step++) {
      let before = 1;
      let value = root;
      for (let degree = 2; degree <= count; degree++)
        [before, value] = [value, ((2 * degree - 1) * root * value - (degree - 1) * before) / degree];
      slope = (count * (root * value - before)) / (root * root - 1);
      root -= value / slope;
    }
    stops.push((1 + root) / 2);
    weights.push(1 / ((1 - root * root) * slope * slope));
  }
  return { stops, weights };
}
