(function (k) {
  "use strict";
  // process.stdin: a Readable of the lines that the person at the notebook types. Each line is asked for when somebody
  // waits for it, with the text that readline would have printed before it; asking stops the program until it comes.
  const p = k.primordials;
  const { Readable } = k.load("node/stream");

  let told = false;
  let prompt = "";
  // Who reads through readline says whether a line is wanted now.
  let wanted = () => true;
  let waiting = false; // the stream asked while none was

  const askLine = () => {
    const text = prompt;
    prompt = "";
    k.flush(); // what was printed stands before the question
    let reply = k.host("stdin", p.ObjectSetPrototypeOf(["line", p.StringPrototypeToWellFormed(text), ""], null));
    if (typeof reply === "string") reply = p.JSONParse(reply);
    if (reply !== null && typeof reply === "object" && reply.ok === true && typeof reply.text === "string") return reply.text;
    if (!told && typeof reply?.note === "string" && reply.note !== "") {
      told = true;
      k.write(2, `${reply.note}\n`);
    }
    return null;
  };
  const ask = () => {
    if (stream.destroyed) return;
    if (!wanted() || stream.isPaused()) {
      waiting = true;
      return;
    }
    waiting = false;
    let line;
    try {
      line = askLine();
    } catch (error) {
      // The stream lives on: the next cell may ask again.
      stream._readableState.reading = false;
      stream.emit("error", error);
      return;
    }
    stream.push(line === null ? null : k.load("node/buffer").Buffer.from(`${line}\n`));
  };
  const stream = new Readable({
    __proto__: null, highWaterMark: 0, // no line before it is wanted
    autoDestroy: false,
    // In a later job: the program may still be about to print its question.
    read() { k.then(p.PromiseResolve(), () => k.process.nextTick(ask)); },
  });
  const kick = () => { if (waiting) k.process.nextTick(() => { if (waiting) ask(); }); };
  const { resume } = Readable.prototype;
  const own = {
    resume: () => { p.ReflectApply(resume, stream, []); kick(); return stream; },
    fd: 0, isTTY: false, isRaw: false, setRawMode: () => stream, ref: () => stream, unref: () => stream, _type: "pipe",
  };
  const keys = p.ObjectKeys(own);
  for (let i = 0; i < keys.length; i++) k.hidden(stream, keys[i], own[keys[i]]);

  k.standardStreams ??= { __proto__: null };
  return k.standardStreams.stdin = {
    __proto__: null, stdin: stream, askLine,
    // For readline: what to show with the next request, who decides, and that a line is wanted now.
    setPrompt: (text) => { prompt = text; },
    setGate: (gate) => { wanted = gate ?? (() => true); },
    kick,
  };
})
