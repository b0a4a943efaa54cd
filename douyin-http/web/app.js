//! Where it begins: every view with its address, on one screen.

import * as navigation from './navigation.js';
import * as router from './router.js';
import * as session from './session.js';

session.resume();
navigation.start();
document.getElementById('toasts').showPopover();
router.start([
]);
