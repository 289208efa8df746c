(function (k) {
  "use strict";
  // node:os of a small machine that does not exist: nothing here tells about the host.
  const p = k.primordials;
  const MIB = 2 ** 20;

  const errno = {
    E2BIG: 7, EACCES: 13, EADDRINUSE: 98, EADDRNOTAVAIL: 99, EAFNOSUPPORT: 97, EAGAIN: 11, EALREADY: 114, EBADF: 9,
    EBADMSG: 74, EBUSY: 16, ECANCELED: 125, ECHILD: 10, ECONNABORTED: 103, ECONNREFUSED: 111, ECONNRESET: 104,
    EDEADLK: 35, EDESTADDRREQ: 89, EDOM: 33, EDQUOT: 122, EEXIST: 17, EFAULT: 14, EFBIG: 27, EHOSTUNREACH: 113,
    EIDRM: 43, EILSEQ: 84, EINPROGRESS: 115, EINTR: 4, EINVAL: 22, EIO: 5, EISCONN: 106, EISDIR: 21, ELOOP: 40,
    EMFILE: 24, EMLINK: 31, EMSGSIZE: 90, EMULTIHOP: 72, ENAMETOOLONG: 36, ENETDOWN: 100, ENETRESET: 102,
    ENETUNREACH: 101, ENFILE: 23, ENOBUFS: 105, ENODATA: 61, ENODEV: 19, ENOENT: 2, ENOEXEC: 8, ENOLCK: 37,
    ENOLINK: 67, ENOMEM: 12, ENOMSG: 42, ENOPROTOOPT: 92, ENOSPC: 28, ENOSR: 63, ENOSTR: 60, ENOSYS: 38, ENOTCONN: 107,
    ENOTDIR: 20, ENOTEMPTY: 39, ENOTSOCK: 88, ENOTSUP: 95, ENOTTY: 25, ENXIO: 6, EOPNOTSUPP: 95, EOVERFLOW: 75,
    EPERM: 1, EPIPE: 32, EPROTO: 71, EPROTONOSUPPORT: 93, EPROTOTYPE: 91, ERANGE: 34, EROFS: 30, ESPIPE: 29, ESRCH: 3,
    ESTALE: 116, ETIME: 62, ETIMEDOUT: 110, ETXTBSY: 26, EWOULDBLOCK: 11, EXDEV: 18,
  };
  const signals = {
    SIGHUP: 1, SIGINT: 2, SIGQUIT: 3, SIGILL: 4, SIGTRAP: 5, SIGABRT: 6, SIGIOT: 6, SIGBUS: 7, SIGFPE: 8, SIGKILL: 9,
    SIGUSR1: 10, SIGSEGV: 11, SIGUSR2: 12, SIGPIPE: 13, SIGALRM: 14, SIGTERM: 15, SIGCHLD: 17, SIGSTKFLT: 16,
    SIGCONT: 18, SIGSTOP: 19, SIGTSTP: 20, SIGTTIN: 21, SIGTTOU: 22, SIGURG: 23, SIGXCPU: 24, SIGXFSZ: 25,
    SIGVTALRM: 26, SIGPROF: 27, SIGWINCH: 28, SIGIO: 29, SIGPOLL: 29, SIGPWR: 30, SIGSYS: 31,
  };
  const constants = {
    UV_UDP_REUSEADDR: 4,
    dlopen: { RTLD_LAZY: 1, RTLD_NOW: 2, RTLD_GLOBAL: 256, RTLD_LOCAL: 0, RTLD_DEEPBIND: 8 },
    errno, signals,
    priority: {
      PRIORITY_LOW: 19, PRIORITY_BELOW_NORMAL: 10, PRIORITY_NORMAL: 0, PRIORITY_ABOVE_NORMAL: -7, PRIORITY_HIGH: -14,
      PRIORITY_HIGHEST: -20,
    },
  };
  const tables = [constants.dlopen, errno, signals, constants.priority, constants];
  for (let i = 0; i < tables.length; i++) p.ObjectFreeze(p.ObjectSetPrototypeOf(tables[i], null));

  const memory = () => (typeof k.limits.memory === "number" ? k.limits.memory : 128 * MIB);
  const os = {
    arch: () => k.process.arch,
    availableParallelism: () => 1,
    cpus: () => [{ model: "quickjs-ng (WebAssembly)", speed: 0, times: { user: 0, nice: 0, sys: 0, idle: 0, irq: 0 } }],
    endianness: () => "LE",
    freemem: () => {
      const used = k.process.memoryUsage?.().rss;
      return p.MathMax(0, memory() - (typeof used === "number" ? used : memory() / 2));
    },
    getPriority: () => 0,
    homedir: () => k.process.env.HOME || "/home/guest",
    hostname: () => "sandbox",
    loadavg: () => [0, 0, 0],
    networkInterfaces: () => ({}),
    platform: () => k.process.platform,
    release: () => "1.0.0",
    setPriority: () => undefined,
    // /tmp, unless the owner says otherwise: it is made when somebody asks for it.
    tmpdir: () => {
      const env = k.process.env;
      const named = env.TMPDIR || env.TMP || env.TEMP;
      if (named) return named.length > 1 && p.StringPrototypeEndsWith(named, "/") ? p.StringPrototypeSlice(named, 0, -1) : named;
      try {
        k.host("fs.mkdir", p.ObjectSetPrototypeOf(["/tmp", true, 0o777], null));
      } catch { /* no files here, or none that may be written */ }
      return "/tmp";
    },
    totalmem: () => memory(),
    type: () => "Linux",
    userInfo: (options) => {
      const text = (value) => (options?.encoding === "buffer" ? k.load("node/buffer").Buffer.from(value) : value);
      return p.ObjectSetPrototypeOf({
        uid: 1000, gid: 1000, username: text("guest"), homedir: text(os.homedir()), shell: text("/bin/sh"),
      }, null);
    },
    uptime: () => k.now() / 1000,
    version: () => "qjs_kernel sandbox",
    machine: () => k.process.arch,
    constants,
    EOL: "\n",
    devNull: "/dev/null",
  };
  // `${os.platform}` says what os.platform() does.
  const strings = ["arch", "availableParallelism", "endianness", "freemem", "homedir", "hostname", "platform", "release",
    "tmpdir", "totalmem", "type", "uptime", "version", "machine"];
  for (let i = 0; i < strings.length; i++) k.hidden(os[strings[i]], p.SymbolToPrimitive, () => os[strings[i]]());
  return os;
})
