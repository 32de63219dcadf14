/** A deterministic stream of random numbers: equal seeds give equal streams on every machine. */
export interface Random {
  /** Uniform in [0, 1), in steps of 2⁻³². */
  next(): number;
  /** Standard normal (mean 0, variance 1). */
  normal(): number;
  /** Uniform whole number in [0, limit). */
  integer(limit: number): number;
  /** An independent stream that depends on this one's seed and the name, not on what was drawn so far. */
  fork(name: string): Random;
}

/**
 * Seeded random numbers (sfc32, Chris Doty-Humphrey's small fast counter generator). Not for secrets.
 * See https://pracrand.sourceforge.net/RNG_engines.txt
 *
 * @example createRandom(7).next() === createRandom(7).next() // true
 */
export function createRandom(seed: number | string): Random {
  const identity = String(seed);
  let a = hash32(`${identity}/a`);
  let b = hash32(`${identity}/b`);
  let c = hash32(`${identity}/c`);
  let counter = 1;
  let spareNormal = Number.NaN;

  function nextUint32(): number {
    const mixed = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + mixed;
    return mixed >>> 0;
  }

  // The first outputs still resemble the seed.
  for (let i = 0; i < 12; i++) nextUint32();

  function next(): number {
    return nextUint32() / 4294967296;
  }

  // Marsaglia's polar method gives normals in pairs.
  function normal(): number {
    if (!Number.isNaN(spareNormal)) {
      const spare = spareNormal;
      spareNormal = Number.NaN;
      return spare;
    }
    let u: number;
    let v: number;
    let square: number;
    do {
      u = 2 * next() - 1;
      v = 2 * next() - 1;
      square = u * u + v * v;
    } while (square >= 1 || square === 0);
    const scale = Math.sqrt((-2 * Math.log(square)) / square);
    spareNormal = v * scale;
    return u * scale;
  }

  return {
    next,
    normal,
    integer: (limit) => Math.floor(next() * limit),
    fork: (name) => createRandom(`${identity}/${name}`),
  };
}

/** FNV-1a over UTF-16 code units, then the murmur3 finaliser so that near texts give far numbers. */
function hash32(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
