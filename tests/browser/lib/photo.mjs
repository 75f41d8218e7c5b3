// A JPEG that says too much: a real picture with camera data, a position and a comment written into it.
import { Buffer } from 'node:buffer';

/** Puts EXIF with GPS, XMP, IPTC and a comment, each carrying `canary`, into a JPEG. */
export function tellingPhoto(jpeg, canary) {
  if (jpeg.readUInt16BE(0) !== 0xffd8) throw new Error('not a JPEG');
  const segments = [
    segment(0xe1, Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), exif(canary)])),
    segment(0xe1, Buffer.from(`http://ns.adobe.com/xap/1.0/\0<x:xmpmeta xmlns:x="adobe:ns:meta/">${canary}</x:xmpmeta>`)),
    segment(0xed, Buffer.from(`Photoshop 3.0\0${canary}`)),
    segment(0xfe, Buffer.from(canary)),
  ];
  // Some cameras append data behind the end of the picture.
  return Buffer.concat([jpeg.subarray(0, 2), ...segments, jpeg.subarray(2), Buffer.from(canary)]);
}

/** The compressed picture itself, from the first scan to the end marker: what must survive. */
export function picture(jpeg) {
  const scan = jpeg.indexOf(Buffer.from([0xff, 0xda]));
  return jpeg.subarray(scan, jpeg.lastIndexOf(Buffer.from([0xff, 0xd9])) + 2);
}

function segment(marker, body) {
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(body.length + 2, 2);
  return Buffer.concat([head, body]);
}

const ASCII = 2;
const LONG = 4;
const RATIONAL = 5;

// TIFF, big-endian: IFD0 (description, artist, pointer) and the GPS IFD (39 deg 8 min 30 s N, 117 deg 12 min E).
function exif(canary) {
  const text = Buffer.from(`${canary}\0`);
  const first = 8;
  const gps = first + 2 + 3 * 12 + 4;
  const values = gps + 2 + 4 * 12 + 4;
  const latitude = values + text.length + (text.length % 2);
  const longitude = latitude + 24;
  return Buffer.concat([
    Buffer.from([0x4d, 0x4d, 0, 42, 0, 0, 0, first]),
    directory([
      entry(0x010e, ASCII, text.length, values),
      entry(0x013b, ASCII, text.length, values),
      entry(0x8825, LONG, 1, gps),
    ]),
    directory([
      entry(1, ASCII, 2, Buffer.from('N\0\0\0')),
      entry(2, RATIONAL, 3, latitude),
      entry(3, ASCII, 2, Buffer.from('E\0\0\0')),
      entry(4, RATIONAL, 3, longitude),
    ]),
    text, Buffer.alloc(text.length % 2),
    rationals([39, 8, 30]), rationals([117, 12, 0]),
  ]);
}

function directory(entries) {
  const count = Buffer.alloc(2);
  count.writeUInt16BE(entries.length);
  return Buffer.concat([count, ...entries, Buffer.alloc(4)]);
}

function entry(tag, kind, count, value) {
  const made = Buffer.alloc(12);
  made.writeUInt16BE(tag, 0);
  made.writeUInt16BE(kind, 2);
  made.writeUInt32BE(count, 4);
  if (Buffer.isBuffer(value)) value.copy(made, 8);
  else made.writeUInt32BE(value, 8);
  return made;
}

function rationals(numbers) {
  const made = Buffer.alloc(numbers.length * 8);
  numbers.forEach((number, at) => {
    made.writeUInt32BE(number, at * 8);
    made.writeUInt32BE(1, at * 8 + 4);
  });
  return made;
}
