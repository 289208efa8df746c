(function (k) {
  "use strict";
  // node:tty: there is no terminal. Packages ask before they colour; the streams of one cannot be made.
  const refuse = (name) => function () {
    throw k.codeError(k.primordials.Error, "ERR_FEATURE_UNAVAILABLE_ON_PLATFORM",
      `tty.${name} is not available in the sandbox: there is no terminal. Use process.stdin and process.stdout`);
  };
  return { isatty: () => false, ReadStream: refuse("ReadStream"), WriteStream: refuse("WriteStream") };
})
