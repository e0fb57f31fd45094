"use strict";

// A timer for live.js, in a worker: browsers throttle the timers of background pages to once a
// minute, which would delay an alert by that long.
setInterval(() => postMessage(0), 250);
