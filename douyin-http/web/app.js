//! Where it begins: every view with its address, on one screen.

import * as navigation from './navigation.js';
import { failed } from './notices.js';
import { account, login } from './people/account.js';
import { followers, following } from './people/person.js';
import { profile } from './people/profile.js';
import { publish } from './publish/publish.js';
import * as router from './router.js';
import * as session from './session.js';
import { chat } from './talk/chat.js';
import { friends } from './talk/friends.js';
import { watchFeed, watchLikes, watchWorks } from './watch/views.js';

session.resume();
navigation.start();
// A fault that nobody expected is said, too.
addEventListener('error', ({ error }) => error && failed(error));
addEventListener('unhandledrejection', ({ reason }) => failed(reason));
// An unknown address leads to the first of them.
router.start([
  { path: '/', view: watchFeed },
  { path: '/friends', view: friends, signedIn: true },
  { path: '/chat/:id', view: chat, signedIn: true },
  { path: '/publish', view: publish, signedIn: true },
  { path: '/user/:id/works/:video', view: watchWorks },
  { path: '/user/:id/likes/:video', view: watchLikes },
  { path: '/login', view: login },
  { path: '/account', view: account, signedIn: true },
  { path: '/user/:id', view: profile },
  { path: '/user/:id/followers', view: followers },
  { path: '/user/:id/following', view: following },
]);
