(function (k) {
  "use strict";
  // node:stream/promises
  return {
    finished: k.load("internal/stream_destroy").finishedPromise,
    pipeline: k.load("internal/stream_pipeline").pipelinePromise,
  };
})
