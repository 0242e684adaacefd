// Makes a photo upright and at most 2,048 px before it is kept, so that a hundred fit on a phone; looks at files before they are sent.
const SIDE = 2048;
const LARGEST_PHOTO = 40 * 1024 * 1024;
const FITS = 600 * 1024;
const QUALITIES = [0.8, 0.65, 0.5];
const PAPER = /\.(pdf|docx|xlsx)$/i;
const PHOTO = /\.(jpe?g|png|webp|heic|heif|gif|bmp|avif)$/i;

export class Unfit extends Error {}

// The blob and name to keep. Throws Unfit with the key of the sentence that says why not.
export async function prepare(file, largest) {
  if (file.type.startsWith("image/") || PHOTO.test(file.name)) {
    if (file.size > LARGEST_PHOTO) throw new Unfit("too_large");
    return { blob: await shrink(file), name: file.name.replace(/\.[^.]*$/, "") + ".jpg" };
  }
  if (!PAPER.test(file.name)) throw new Unfit("wrong_kind");
  if (file.size > largest) throw new Unfit("too_large");
  return { blob: new Blob([await file.arrayBuffer()], { type: file.type }), name: file.name };
}

async function shrink(file) {
  let picture;
  try {
    picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    throw new Unfit(/hei[cf]/i.test(file.type + file.name) ? "heic" : "broken_photo");
  }
  const scale = Math.min(1, SIDE / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  let blob = null;
  for (const quality of QUALITIES) {
    blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", quality));
    if (blob && blob.size <= FITS) break;
  }
  if (!blob) throw new Unfit("broken_photo");
  return blob;
}
