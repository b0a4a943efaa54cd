// What axe finds on a page. It runs in a world of its own beside the page's scripts, where the Content-Security-Policy need not be weakened.

import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

const source = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** The findings that shut somebody out, each with where it is. */
export async function seriousFindings(page) {
  const session = await page.context().newCDPSession(page);
  const { frameTree } = await session.send('Page.getFrameTree');
  const { executionContextId: contextId } = await session.send('Page.createIsolatedWorld', { frameId: frameTree.frame.id });
  const run = async (expression) => {
    const options = { awaitPromise: true, contextId, expression, returnByValue: true };
    const { exceptionDetails, result } = await session.send('Runtime.evaluate', options);
    if (exceptionDetails) {
      throw new Error(exceptionDetails.exception.description);
    }
    return result.value;
  };
  await run(source);
  const { violations } = await run('axe.run(document, { resultTypes: ["violations"] })');
  await session.detach();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ help, nodes }) => nodes.map(({ failureSummary, html }) => `${help}: ${html}\n${failureSummary}`));
}
