import { expect, it } from 'vitest';
import { gaussLegendre } from '../../stats/gauss-legendre.ts';

// https://dlmf.nist.gov/3.5.T2, moved from [-1, 1] to [0, 1]
it('has the published points and weights', () => {
  const { stops, weights } = gaussLegendre(3);
  [0.1127016653792583, 0.5, 0.8872983346207417].forEach((stop, index) => {
    expect(stops[index]).toBeCloseTo(stop, 14);
  });
  [5 / 18, 8 / 18, 5 / 18].forEach((weight, index) => {
    expect(weights[index]).toBeCloseTo(weight, 14);
  });
});

it.each([1, 2, 8, 24])('%i points integrate polynomials of degree 2n − 1 exactly', (count) => {
  const { stops, weights } = gaussLegendre(count);
  for (let degree = 0; degree < 2 * count; degree++) {
    const integral = stops.reduce((sum, stop, index) => sum + weights[index]! * stop ** degree, 0);
    expect(integral).toBeCloseTo(1 / (degree + 1), 13);
  }
});
