//! Where it begins: every view with its address, on one screen.

import * as navigation from './navigation.js';
import * as router from './router.js';
import * as session from './session.js';
import { chat } from './talk/chat.js';
import { friends } from './talk/friends.js';

session.resume();
navigation.start();
document.getElementById('toasts').showPopover();
router.start([
  { path: '/friends', view: friends, signedIn: true },
  { path: '/chat/:id', view: chat, signedIn: true },
]);
