"use strict";

// A clock for live.js: in a page that is not looked at, a browser slows a page's own clock down
// to a minute, and an alarm would wait for that long.
setInterval(() => postMessage(0), 250);
