(function (k) {
  "use strict";
  // FileHandle: what fs.promises.open gives.
  const p = k.primordials;
  const { sync, options, ReadStream, WriteStream } = k.fs;
  const EventEmitter = k.load("node/events");
  const more = () => k.load("internal/fs_more");
  const secret = {};
  let numberOf;

  class FileHandle extends EventEmitter {
    #fd;
    constructor(key, fd) {
      if (key !== secret) throw k.codeError(p.TypeError, "ERR_ILLEGAL_CONSTRUCTOR", "Illegal constructor");
      super();
      this.#fd = fd;
    }
    static { numberOf = (value) => (#fd in value ? value.#fd : undefined); }
    #open(syscall) {
      if (this.#fd >= 0) return this.#fd;
      throw p.ObjectAssign(new p.Error("file closed"), { code: "EBADF", syscall });
    }
    get fd() { return this.#fd; }
    getAsyncId() { return 0; }
    async read(buffer, offset, length, position) {
      const [fd, into, ...rest] = more().readArguments([this.#open("read"), buffer, offset, length, position]);
      return { bytesRead: sync.read(fd, into, ...rest), buffer: into };
    }
    async readv(buffers, position) { return { bytesRead: sync.readv(this.#open("read"), buffers, position), buffers }; }
    async write(data, offset, length, position) {
      return { bytesWritten: sync.write(this.#open("write"), data, offset, length, position), buffer: data };
    }
    async writev(buffers, position) {
      return { bytesWritten: sync.writev(this.#open("write"), buffers, position), buffers };
    }
    async readFile(given) {
      more().checkAborted(given);
      return sync.readFile(this.#open("read"), given);
    }
    async writeFile(data, given) { await more().put("writeFile", this.#open("write"), data, given); }
    async appendFile(data, given) { await more().put("appendFile", this.#open("write"), data, given); }
    async stat(given) { return sync.fstat(this.#open("fstat"), given); }
    async truncate(length) { sync.ftruncate(this.#open("ftruncate"), length); }
    async chmod(mode) { sync.fchmod(this.#open("fchmod"), mode); }
    async chown(uid, gid) { sync.fchown(this.#open("fchown"), uid, gid); }
    async utimes(atime, mtime) { sync.futimes(this.#open("futimes"), atime, mtime); }
    async sync() { sync.fsync(this.#open("fsync")); }
    async datasync() { sync.fsync(this.#open("fdatasync")); }
    async close() {
      const fd = this.#fd;
      if (fd < 0) return;
      this.#fd = -1;
      sync.close(fd);
      this.emit("close");
    }
    createReadStream(given) { return new ReadStream(undefined, { ...options(given), fd: this }); }
    createWriteStream(given) { return new WriteStream(undefined, { ...options(given), fd: this }); }
    readLines(given) {
      return k.load("node/readline").createInterface({
        input: this.createReadStream(given), crlfDelay: 1 / 0,
      });
    }
    readableWebStream() {
      const { ReadableStream } = k.load("web/streams");
      const fd = this.#open("read");
      return new ReadableStream({
        type: "bytes",
        pull: (controller) => {
          const chunk = new p.Uint8Array(16384);
          const count = sync.read(fd, chunk, 0, 16384, null);
          if (count === 0) {
            controller.close();
            controller.byobRequest?.respond(0);
          } else controller.enqueue(p.TypedArrayPrototypeSubarray(chunk, 0, count));
        },
      });
    }
  }
  if (p.SymbolAsyncDispose)
    k.hidden(FileHandle.prototype, p.SymbolAsyncDispose, function () { return this.close(); });
  k.fs.handleNumber = numberOf;
  return (fd) => new FileHandle(secret, fd);
})
