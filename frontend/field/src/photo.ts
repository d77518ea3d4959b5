const longestSide = 1600;
const quality = 0.82;
const taken = new Set(["image/jpeg", "image/png", "image/webp"]);
const mostBytes = 8 << 20;

/** The size that a picture is shrunk to; small ones stay. Pure. */
export function sizeOf(width: number, height: number): { width: number; height: number } {
  const share = Math.min(1, longestSide / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * share)), height: Math.max(1, Math.round(height * share)) };
}

/** A photo small enough for a bad line, without what a camera writes about place and owner; null when it is no picture. */
export async function shrunk(file: Blob): Promise<Blob | null> {
  try {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const { width, height } = sizeOf(picture.width, picture.height);
    const canvas = Object.assign(document.createElement("canvas"), { width, height });
    const pen = canvas.getContext("2d");
    if (!pen) return null;
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, width, height);
    pen.drawImage(picture, 0, 0, width, height);
    picture.close();
    return await blobOf(canvas, "image/jpeg");
  } catch {
    // A browser that cannot read it may still hand over what the server takes.
    return taken.has(file.type) && file.size <= mostBytes ? file : null;
  }
}

export function blobOf(canvas: HTMLCanvasElement, type: "image/jpeg" | "image/png"): Promise<Blob | null> {
  return new Promise((resolve) => canvas.toBlob(resolve, type, quality));
}
