(function (k) {
  "use strict";
  // node:constants, deprecated: those of os and fs in one object.
  const { ObjectAssign } = k.primordials;
  const { constants } = k.load("node/os");
  return ObjectAssign({}, constants.errno, constants.signals, constants.priority, k.builtin("fs").constants);
})
