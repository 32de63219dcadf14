const PRECISION = 1e-15;
const MAXIMUM_TERMS = 10_000;

/** Lanczos' coefficients for g = 7. */
const LANCZOS = [
  0.999_999_999_999_809_9, 676.520_368_121_885_1, -1_259.139_216_722_402_8, 771.323_428_777_653_1,
  -176.615_029_162_140_6, 12.507_343_278_686_905, -0.138_571_095_265_720_12, 9.984_369_578_019_572e-6,
  1.505_632_735_149_311_6e-7,
] as const;

/**
 * The regularised lower incomplete gamma function P(shape, x): the chance that a gamma variate of that shape and scale 1
 * stays below x. `shape` is positive.
 *
 * https://en.wikipedia.org/wiki/Incomplete_gamma_function
 * @example incompleteGamma(1, 1) // 0.6321, which is 1 - 1/e
 */
export function incompleteGamma(shape: number, x: number): number {
  if (x <= 0) return 0;
  const scale = Math.exp(shape * Math.log(x) - x - logGamma(shape));
  return x < shape + 1 ? scale * lowerSeries(shape, x) : 1 - scale * upperFraction(shape, x);
}

function lowerSeries(shape: number, x: number): number {
  let term = 1 / shape;
  let sum = term;
  for (let step = 1; step < MAXIMUM_TERMS && term > sum * PRECISION; step++) {
    term *= x / (shape + step);
    sum += term;
  }
  return sum;
}

/** Lentz's method for the continued fraction of the upper function. */
function upperFraction(shape: number, x: number): number {
  let b = x + 1 - shape;
  let c = Number.MAX_VALUE;
  let d = 1 / b;
  let fraction = d;
  for (let step = 1; step < MAXIMUM_TERMS; step++) {
    const a = -step * (step - shape);
    b += 2;
    d = 1 / (a * d + b);
    c = b + a / c;
    fraction *= d * c;
    if (Math.abs(d * c - 1) < PRECISION) break;
  }
  return fraction;
}

function logGamma(shape: number): number {
  if (shape < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * shape)) - logGamma(1 - shape);
  const x = shape - 1;
  let sum: number = LANCZOS[0];
  for (let term = 1; term < LANCZOS.length; term++) sum += LANCZOS[term]! / (x + term);
  const shifted = x + LANCZOS.length - 1.5;
  return 0.5 * Math.log(2 * Math.PI) + (x + 0.5) * Math.log(shifted) - shifted + Math.log(sum);
}
