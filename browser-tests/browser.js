// Debian's Chromium, with the policies of a phone: what plays by itself is muted.

import { chromium } from 'playwright-core';

const program = process.env.CHROMIUM ?? '/usr/bin/chromium';

/** The two windows that everything has to be good in. */
export const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
export const desktop = { viewport: { width: 1280, height: 800 } };

export function startBrowser() {
  return chromium.launch({
    executablePath: program,
    // Its sandbox does not work for root.
    chromiumSandbox: process.getuid() !== 0,
    args: [
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      // A camera that shows something, and a microphone; a page still has to be allowed to use them.
      '--use-fake-device-for-media-stream',
    ],
  });
}
