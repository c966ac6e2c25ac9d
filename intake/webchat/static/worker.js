// SHA-256 of "id:number", many at a time, until it begins with so many zero bits.
const BATCH = 512;

function zeros(digest, bits) {
  const bytes = new Uint8Array(digest);
  let left = bits;
  for (const byte of bytes) {
    if (left <= 0) return true;
    if (left >= 8 ? byte !== 0 : byte >> (8 - left) !== 0) return false;
    left -= 8;
  }
  return true;
}

self.onmessage = async ({ data: { id, bits } }) => {
  if (!self.crypto?.subtle) {
    self.postMessage("");
    return;
  }
  const text = new TextEncoder();
  for (let from = 0; ; from += BATCH) {
    const tried = await Promise.all(Array.from({ length: BATCH }, (_, step) => crypto.subtle.digest("SHA-256", text.encode(`${id}:${from + step}`))));
    const found = tried.findIndex((digest) => zeros(digest, bits));
    if (found >= 0) {
      self.postMessage(String(from + found));
      return;
    }
  }
};
