// Real videos, made by ffmpeg once and kept for further runs.

import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export const results = fileURLToPath(new URL('results/', import.meta.url));

/** A few seconds of moving colours with sound, as a phone would record them: H.264 and AAC, upright. `seed` chooses the colours. */
export function smallVideo(seed = 1) {
  return made(`small-${seed}.mp4`, ['-i', `gradients=size=360x640:rate=25:speed=0.03:nb_colors=4:seed=${seed}`], []);
}

/** The same with so much noise that it has some 8 MB. */
export function bigVideo() {
  return made('big.mp4', ['-i', 'gradients=size=360x640:rate=25:seed=9'], ['-vf', 'noise=alls=80:allf=t', '-b:v', '12M']);
}

/** An upright one that is larger than the renditions that are made of it. */
export function sharpVideo() {
  return made('sharp.mp4', ['-i', 'gradients=size=1080x1920:rate=25:seed=7'], ['-g', '50']);
}

/** A stream of the small one for HLS: a playlist beside its pieces. */
export function stream() {
  return made('index.m3u8', ['-i', 'gradients=size=360x640:rate=25:seed=5'], ['-g', '25', '-hls_time', '1', '-hls_playlist_type', 'vod']);
}

async function made(name, pictures, encoding) {
  const options = [
    ...['-loglevel', 'error', '-f', 'lavfi', ...pictures, '-f', 'lavfi', '-i', 'sine=frequency=440', '-t', '4'],
    ...['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', ...encoding, '-c:a', 'aac'],
  ];
  // Those of other options stay beside it, and are not taken for it.
  const folder = `${results}videos/${createHash('sha256').update(options.join('\0')).digest('hex').slice(0, 12)}`;
  const path = join(folder, name);
  if (await access(path).then(() => true, () => false)) {
    return path;
  }
  await mkdir(`${results}videos`, { recursive: true });
  // Test files run beside each other: none sees half a video, and the first that has one keeps it.
  const unfinished = await mkdtemp(`${results}videos/unfinished-`);
  await promisify(execFile)('ffmpeg', [...options, join(unfinished, name)]);
  await rename(unfinished, folder).catch(async (error) => {
    if (error.code !== 'ENOTEMPTY') {
      throw error;
    }
    await rm(unfinished, { recursive: true });
  });
  return path;
}
