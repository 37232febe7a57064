// Finds the numbers that guardrail/spam/challenges.py asks for: SHA-256 (FIPS 180-4) of one block, again and again.
// In plain numbers, since crypto.subtle is missing without HTTPS, and its calls cost more than the hashes.
"use strict";
const K = new Uint32Array([
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
  0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
  0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
  0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
  0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
  0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
  0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
  0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
]);
const H = new Uint32Array([0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19]);
const w = new Uint32Array(64), h = new Uint32Array(8);

// Of the 16 words in `w`; what comes out is in `h`.
function hash() {
  for (let i = 16; i < 64; i++) {
    const x = w[i - 15], y = w[i - 2];
    const s0 = (x >>> 7 | x << 25) ^ (x >>> 18 | x << 14) ^ x >>> 3;
    const s1 = (y >>> 17 | y << 15) ^ (y >>> 19 | y << 13) ^ y >>> 10;
    w[i] = w[i - 16] + s0 + w[i - 7] + s1;
  }
  let a = H[0], b = H[1], c = H[2], d = H[3], e = H[4], f = H[5], g = H[6], z = H[7];
  for (let i = 0; i < 64; i++) {
    const s1 = (e >>> 6 | e << 26) ^ (e >>> 11 | e << 21) ^ (e >>> 25 | e << 7);
    const one = z + s1 + (e & f ^ ~e & g) + K[i] + w[i] | 0;
    const s0 = (a >>> 2 | a << 30) ^ (a >>> 13 | a << 19) ^ (a >>> 22 | a << 10);
    const two = s0 + (a & b ^ a & c ^ b & c) | 0;
    z = g; g = f; f = e; e = d + one | 0; d = c; c = b; b = a; a = one + two | 0;
  }
  h[0] = H[0] + a; h[1] = H[1] + b; h[2] = H[2] + c; h[3] = H[3] + d;
  h[4] = H[4] + e; h[5] = H[5] + f; h[6] = H[6] + g; h[7] = H[7] + z;
}

function block(length) {
  w.fill(0, 0, 16);
  w[length >> 2] = 0x80 << 24 - (length & 3) * 8;
  w[15] = length * 8;
}

onmessage = ({ data: { token, bits, parts } }) => {
  block(token.length); // ASCII, shorter than a block
  for (let i = 0; i < token.length; i++) w[i >> 2] |= token.charCodeAt(i) << 24 - (i & 3) * 8;
  hash();
  const seed = h.slice(), numbers = [];
  for (let part = 0; part < parts; part++) {
    for (let number = 0; ; number++) {
      block(40);
      w.set(seed);
      w[8] = part;
      w[9] = number;
      hash();
      if (h[0] >>> 32 - bits === 0) { numbers.push(number); break; }
    }
  }
  postMessage(numbers.join("."));
};
