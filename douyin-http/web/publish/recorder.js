//! Records a video in the page.

import { element, icon } from '../dom.js';
import { duration, texts } from '../language.js';
import { failed } from '../notices.js';

const t = texts({
  start: ['Start recording', '开始录制'],
  stop: ['Stop recording', '停止录制'],
  back: ['Back', '返回'],
  camera: ['Picture of the camera', '摄像头画面'],
  notAllowed: ['The camera may not be used. Allow it for this page in the settings of the browser.', '无法使用摄像头，请在浏览器设置中允许此页面使用摄像头'],
  notThere: ['No camera with a microphone was found that no other program is using.', '未找到可用的摄像头和麦克风，可能正被其他程序占用'],
});

/// What the server takes, first what most browsers play.
const TYPES = ['video/mp4;codecs=avc1.42E01E,mp4a.40.2', 'video/mp4;codecs=avc1.42E01E,opus', 'video/webm;codecs=vp9,opus', 'video/webm;codecs=vp8,opus'];

/// How long a recording may be, in milliseconds: it is kept in memory.
const LONGEST = 180_000;

const TYPE = globalThis.MediaRecorder && TYPES.find((type) => MediaRecorder.isTypeSupported(type));
const KIND = TYPE?.split(';')[0];

/// Whether this browser records, which it does for pages from this computer and from `https` alone.
export const canRecord = Boolean(TYPE && navigator.mediaDevices?.getUserMedia);

/// The picture of the camera, until `finished(file)` hears of a recording or `left()` of none, or `signal` is aborted.
export function recorder({ finished, left, signal }) {
  const picture = element('video', { class: 'publish-video mirrored', muted: true, autoplay: true, playsInline: true, ariaLabel: t('camera') });
  const time = element('span', { class: 'recorder-time', role: 'timer' });
  const problem = element('p', { class: 'publish-refusal field-wrong', role: 'alert' });
  const main = element('button', { class: 'button', disabled: true }, icon('camera'), element('span', {}, t('start')));
  const back = element('button', { class: 'button quiet', onclick: () => end(left) }, t('back'));
  main.onclick = start;
  let stream = null;
  let recording = null;
  let clock;
  let isOver = false;
  signal.addEventListener('abort', () => end(() => {}));
  open();

  async function open() {
    try {
      const opened = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'user' }, audio: true });
      if (isOver) {
        release(opened);
        return;
      }
      stream = opened;
      picture.srcObject = stream;
      main.disabled = false;
      main.focus();
    } catch (error) {
      back.focus();
      problem.textContent = t(error.name === 'NotAllowedError' ? 'notAllowed' : 'notThere');
    }
  }

  function start() {
    const begun = performance.now();
    try {
      recording = new MediaRecorder(stream, { mimeType: TYPE });
      // The whole of it, when it is stopped.
      recording.ondataavailable = ({ data }) => end(() => finished(new File([data], `recording.${KIND.split('/')[1]}`, { type: KIND })));
      recording.onerror = broken;
      recording.start();
    } catch (error) {
      broken({ error });
      return;
    }
    clock = setInterval(tick, 250);
    tick();
    main.lastChild.textContent = t('stop');
    main.onclick = () => recording.stop();

    function tick() {
      const milliseconds = performance.now() - begun;
      time.textContent = duration(milliseconds / 1_000);
      if (milliseconds >= LONGEST && recording.state === 'recording') {
        recording.stop();
      }
    }
  }

  function broken({ error }) {
    end(left);
    failed(error);
  }

  function end(then) {
    if (!isOver) {
      isOver = true;
      clearInterval(clock);
      if (recording?.state === 'recording') {
        recording.stop();
      }
      release(stream);
      then();
    }
  }

  return element('div', { class: 'form recorder' }, picture, time, problem, element('div', { class: 'buttons' }, main, back));
}

function release(stream) {
  stream?.getTracks().forEach((track) => track.stop());
}
