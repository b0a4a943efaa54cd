// What one visit to a page costs, by the browser's own books.

/**
 * Counts what `page` asks for from now on: `end()` answers every request that the server heard of, with its `bytes` on the wire and its
 * `round`.
 */
export async function recordRequests(page) {
  const session = await page.context().newCDPSession(page);
  const requests = new Map();
  session.on('Network.requestWillBeSent', ({ requestId, request, initiator, type }) => {
    requests.set(requestId, { url: request.url, type, initiator, bytes: 0 });
  });
  session.on('Network.dataReceived', ({ requestId, encodedDataLength }) => {
    // Of a video that is still coming in; replaced by the whole when it has come.
    const request = requests.get(requestId);
    if (request) {
      request.bytes += encodedDataLength;
    }
  });
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    const request = requests.get(requestId);
    if (request) {
      request.bytes = encodedDataLength;
    }
  });
  session.on('Network.requestServedFromCache', ({ requestId }) => markCached(requestId));
  session.on('Network.responseReceived', ({ requestId, response }) => response.fromDiskCache && markCached(requestId));
  await session.send('Network.enable');

  function markCached(requestId) {
    const request = requests.get(requestId);
    if (request) {
      request.isCached = true;
    }
  }

  return {
    async end() {
      await session.detach();
      const all = [...requests.values()];
      return all.filter(({ isCached }) => !isCached).map((request) => ({ ...request, round: roundOf(request, all) }));
    },
  };
}

/** How many requests had to be answered before this one was made: 0 for the page, 1 for what the page names. */
function roundOf({ type, initiator }, all) {
  if (type === 'Document') {
    return 0;
  }
  const url = initiator.url ?? initiator.stack?.callFrames.at(-1)?.url;
  const cause = all.find((request) => request.url === url);
  return cause ? 1 + roundOf(cause, all) : 1;
}

/** To be run in a page before its scripts: notes when pictures come, what moves by itself and what takes long, as `window.basics`. */
export function observePage() {
  const basics = { firstPoster: null, firstFrame: null, shifts: [], longTasks: [] };
  window.basics = basics;
  const observe = (type, note) => new PerformanceObserver((list) => list.getEntries().forEach(note)).observe({ type, buffered: true });
  observe('layout-shift', ({ value }) => basics.shifts.push(value));
  observe('longtask', ({ duration }) => basics.longTasks.push(duration));
  const loaded = ({ target }) => {
    if (target.matches?.('img.poster')) {
      basics.firstPoster ??= performance.now();
    }
  };
  document.addEventListener('load', loaded, { capture: true });
  const seen = new WeakSet();
  new MutationObserver(() => {
    for (const video of document.querySelectorAll('video')) {
      if (!seen.has(video)) {
        seen.add(video);
        video.requestVideoFrameCallback((now) => {
          basics.firstFrame ??= now;
        });
      }
    }
  }).observe(document, { childList: true, subtree: true });
}
