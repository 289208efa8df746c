"""`node:crypto` and the web's `crypto`: the answers of Node, and what only a sandbox has to hold."""

from __future__ import annotations

import pytest

from qjs_kernel import Limits, Sandbox

from .conftest import Maker
from .support import fault, value
from .tables import answers, table

_HASHES = r"""
["md5", "sha1", "sha224", "sha512-256", "sha3-256", "shake128"].map((n) =>
  crypto.createHash(n).update("a").digest("hex"))
=> [ '0cc175b9c0f1b6a831c399e269772661', '86f7e437faa5a7fce15d1ddcb9eaeaea377667b8', 'abd37534c7d9a2efb9465de931cd7
=> 055ffdb8879563ae98078d6d6d5', '455e518824bc0601f9fb858ff5c37d417d67c2f8e0df2babe4808858aea830f8', '80084bf2fba02
=> 475726feb2cab2d8215eab14bc6bdd8bfb2c8151257032ecd8b', '85c8de88d28866bf0868090b3961162b' ]
["SHA256", "sha-256", "RSA-SHA256"].map((n) => crypto.createHash(n).update("a").digest("base64"))
=> [ 'ypeBEsobvcr6wjGzmiPcTaeG7/gUfE5yuYB3ha/uSLs=', 'ypeBEsobvcr6wjGzmiPcTaeG7/gUfE5yuYB3ha/uSLs=', 'ypeBEsobvcr6w
=> jGzmiPcTaeG7/gUfE5yuYB3ha/uSLs=' ]
crypto.createHash("blake2s256").update("a").digest("hex")
=> '4a0d129873403037c2cd9b9048203687f6233fb6738956e0349bd4320fec3e90'
crypto.createHash("sha384").update("a").update(Buffer.from("b")).update(new Uint16Array([1])).digest("base64url")
=> '7rLYq9nvhtXDj5eWYJdmq2MRUVI-clQqOKXv1Gz7mvB2mTlvAbPSmACntwcRB54n'
crypto.createHash("md5").update("é", "latin1").update("6162", "hex").digest()
=> <Buffer 80 62 b3 9a cd ff 37 40 d4 9e f9 59 ec 30 57 34>
crypto.createHash("md5").update("a").digest("nope")
=> <Buffer 0c c1 75 b9 c0 f1 b6 a8 31 c3 99 e2 69 77 26 61>
crypto.createHash("shake256", { outputLength: 5 }).update("a").digest("hex")
=> '867e2cb04f'
((h) => [h.update("a").copy().update("b").digest("hex"), h.digest("hex")])(crypto.createHash("md5"))
=> [ '187ef4436122d1cc2f40dc2b92f0eba0', '0cc175b9c0f1b6a831c399e269772661' ]
crypto.createHash("nope")
=> Error undefined Digest method not supported
crypto.createHash("md4")
=> Error ERR_OSSL_EVP_UNSUPPORTED error:0308010C:digital envelope routines::unsupported
crypto.createHash(5)
=> TypeError ERR_INVALID_ARG_TYPE The "algorithm" argument must be of type string. Received type number (5)
crypto.createHash("md5").update(5)
=> TypeError ERR_INVALID_ARG_TYPE The "data" argument must be of type string or an instance of Buffer, TypedArray,
=>  or DataView. Received type number (5)
crypto.createHash("md5").update("616", "hex")
=> TypeError ERR_INVALID_ARG_VALUE The argument 'encoding' is invalid for data of length 3. Received 'hex'
((h) => (h.digest(), h.digest()))(crypto.createHash("md5"))
=> Error ERR_CRYPTO_HASH_FINALIZED Digest already called
((h) => (h.digest(), h.update("a")))(crypto.createHash("md5"))
=> Error ERR_CRYPTO_HASH_FINALIZED Digest already called
crypto.createHash("sha256", { outputLength: 5 })
=> Error ERR_OSSL_EVP_NOT_XOF_OR_INVALID_LENGTH error:030000B2:digital envelope routines::not XOF or invalid length
crypto.hash("md5", "a") + crypto.hash("sha1", Buffer.from("a"), "base64")
=> '0cc175b9c0f1b6a831c399e269772661hvfkN/qlp/zhXR3cuerq6jd2Z7g='
crypto.hash("md5", "a", "nope")
=> TypeError ERR_INVALID_ARG_VALUE The argument 'outputEncoding' is invalid. Received 'nope'
crypto.getHashes().filter((n) => /^(md5|sha256|RSA-SHA256|shake128)$/.test(n))
=> [ 'RSA-SHA256', 'md5', 'sha256', 'shake128' ]
new Promise((r) => { const h = crypto.createHash("md5"); h.on("data", (d) => r(d.toString("hex")));
  h.write("a"); h.end("b"); })
=> '187ef4436122d1cc2f40dc2b92f0eba0'
new Promise((r) => { const h = crypto.createHash("md5"); stream.Readable.from(["a",
  "b"]).pipe(h).on("finish", () => r(h.digest("hex"))); })
=> '187ef4436122d1cc2f40dc2b92f0eba0'
new Promise((r, j) => stream.pipeline(stream.Readable.from(["a"]), crypto.createHmac("md5", "k"),
  async (s) => { for await (const d of s) r(d); }, (e) => e && j(e)))
=> <Buffer dd cf 3d 21 00 49 e7 13 5f 61 af fa e7 37 31 cd>
"""
_HMAC = r"""
crypto.createHmac("sha256", "k").update("a").digest("hex")
=> '78da91511e675587f5b9df78bedebaf5560da2abb88162ee875dcdf744951d9e'
crypto.createHmac("sha256", "").update("").digest("base64")
=> 'thNnmggU2ex3L5XXeMNfxf8Wl8STcVZTxscSFEKSxa0='
crypto.createHmac("sha512", Buffer.alloc(200, 1)).update("a").digest("base64url")
=> '4qa3J1pM8vbtZtV18T0iQenTtxFARlPYYXZbstpLt9opY6SD83KFWl7Tblq3xufyGnRY0z4oH1Q_rMQb8tlT-g'
crypto.createHmac("sha3-256", new Uint16Array([1, 2])).update("a").digest("hex")
=> '47615f2c71a0a468ecd8e6e7dde83b9393ebeb602ebf10f77e939370c9da7483'
((h) => [h.digest("hex").length, h.digest("hex")])(crypto.createHmac("md5", "k"))
=> [ 32, '' ]
crypto.createHmac("nope", "k")
=> TypeError ERR_CRYPTO_INVALID_DIGEST Invalid digest: nope
crypto.createHmac("sha256")
=> TypeError ERR_INVALID_ARG_TYPE The "key" argument must be of type string or an instance of ArrayBuffer, Buffer,
=>  TypedArray, DataView, KeyObject, or CryptoKey. Received undefined
crypto.createHmac("sha256", crypto.createSecretKey(Buffer.from("k"))).update("a").digest("base64")
=> 'eNqRUR5nVYf1ud94vt669VYNoqu4gWLuh13N90SVHZ4='
[crypto.createSecretKey("abc", "utf8").export(), crypto.createSecretKey("abc",
  "utf8").export({ format: "jwk" })]
=> [ <Buffer 61 62 63>, { kty: 'oct', k: 'YWJj' } ]
crypto.timingSafeEqual(Buffer.from("a"), new Uint8Array([97])) && !crypto.timingSafeEqual(Buffer.from("a"),
  Buffer.from("b"))
=> true
crypto.timingSafeEqual(Buffer.from("a"), Buffer.from("ab"))
=> RangeError ERR_CRYPTO_TIMING_SAFE_EQUAL_LENGTH Input buffers must have the same byte length
crypto.timingSafeEqual("a", "a")
=> TypeError ERR_INVALID_ARG_TYPE The "buf1" argument must be an instance of ArrayBuffer, Buffer, TypedArray, or Da
=> taView.
"""
_DERIVING = r"""
crypto.pbkdf2Sync("p", "s", 1000, 20, "sha256").toString("hex")
=> '07f5f5e23e40846c35c4c7bbc8244ee25ed607c7'
promisify(crypto.pbkdf2)("p", Buffer.from("s"), 1, 16, "sha512")
=> <Buffer 0e 55 8a 5a 35 eb 28 0c cf 02 15 b2 f0 76 af 75>
crypto.pbkdf2Sync("p", "s", 0, 16, "sha1")
=> RangeError ERR_OUT_OF_RANGE The value of "iterations" is out of range. It must be >= 1 && <= 2147483647. Receive
=> d 0
crypto.pbkdf2Sync("p", "s", 1, 16, "nope")
=> TypeError ERR_CRYPTO_INVALID_DIGEST Invalid digest: nope
crypto.pbkdf2Sync("p", "s", 1, 16)
=> TypeError ERR_INVALID_ARG_TYPE The "digest" argument must be of type string. Received undefined
crypto.scryptSync("p", "s", 16, { N: 1024 }).toString("hex")
=> 'c0ed26d3daf65eab8e4d293216af3fc6'
promisify(crypto.scrypt)("p", "s", 16, { cost: 16, blockSize: 4, parallelization: 2 })
=> <Buffer 23 62 f1 d0 e0 7b d3 c1 b5 21 db 9e 35 91 55 a7>
crypto.scryptSync("p", "s", 16, { N: 15 })
=> RangeError ERR_CRYPTO_INVALID_SCRYPT_PARAMS Invalid scrypt params
crypto.scryptSync("p", "s", 16, { N: 2 ** 20 })
=> RangeError ERR_CRYPTO_INVALID_SCRYPT_PARAMS Invalid scrypt params: error:030000AC:digital envelope routines::mem
=> ory limit exceeded
crypto.scryptSync("p", "s", 16, { N: 16, cost: 16 })
=> Error ERR_CRYPTO_SCRYPT_INVALID_PARAMETER Invalid scrypt parameter
crypto.hkdfSync("sha256", "k", "s", "i", 16)
=> ArrayBuffer { [Uint8Contents]: <02 b0 92 9a 9d 46 e9 23 6e 23 32 0e a2 a8 c3 b4>, byteLength: 16 }
promisify(crypto.hkdf)("sha512", "k", "", "", 8)
=> ArrayBuffer { [Uint8Contents]: <ce 60 ef 58 4b 8b 08 61>, byteLength: 8 }
crypto.hkdfSync("sha256", "k", "s", "i", 8161)
=> RangeError ERR_CRYPTO_INVALID_KEYLEN Invalid key length
crypto.hkdfSync("sha256", 5, "s", "i", 1)
=> TypeError ERR_INVALID_ARG_TYPE The "ikm" argument must be of type string or an instance of SecretKeyObject, Arra
=> yBuffer, TypedArray, DataView, or Buffer. Received type number (5)
"""
_RANDOM = r"""
[crypto.randomBytes(4).length, crypto.randomBytes(70).length, crypto.randomBytes(0)]
=> [ 4, 70, <Buffer > ]
promisify(crypto.randomBytes)(3).then((b) => [b.length, Buffer.isBuffer(b)])
=> [ 3, true ]
crypto.randomBytes(-1)
=> RangeError ERR_OUT_OF_RANGE The value of "size" is out of range. It must be >= 0 && <= 2147483647. Received -1
crypto.randomBytes("4")
=> TypeError ERR_INVALID_ARG_TYPE The "size" argument must be of type number. Received type string ('4')
((b) => [crypto.randomFillSync(b, 8, 8) === b, b.subarray(0, 8)])(Buffer.alloc(16))
=> [ true, <Buffer 00 00 00 00 00 00 00 00> ]
crypto.randomFillSync(Buffer.alloc(3), 4)
=> RangeError ERR_OUT_OF_RANGE The value of "offset" is out of range. It must be >= 0 && <= 3. Received 4
crypto.randomFillSync(Buffer.alloc(3), 1, 3)
=> RangeError ERR_OUT_OF_RANGE The value of "size + offset" is out of range. It must be <= 3. Received 4
promisify(crypto.randomFill)(Buffer.alloc(3), 1, 1).then((b) => b[0] + b[2])
=> 0
[crypto.randomInt(1), crypto.randomInt(-5, -4), crypto.randomInt(2 ** 47, 2 ** 47 + 1)]
=> [ 0, -5, 140737488355328 ]
promisify(crypto.randomInt)(5, 6)
=> 5
new Set(Array.from({ length: 100 }, () => crypto.randomInt(3))).size
=> 3
crypto.randomInt(5, 5)
=> RangeError ERR_OUT_OF_RANGE The value of "max" is out of range. It must be greater than the value of "min" (5).
=>  Received 5
crypto.randomInt(1.5)
=> TypeError ERR_INVALID_ARG_TYPE The "max" argument must be a safe integer. Received type number (1.5)
crypto.randomInt(0, 2 ** 48)
=> RangeError ERR_OUT_OF_RANGE The value of "max - min" is out of range. It must be <= 281474976710655. Received 28
=> 1_474_976_710_656
/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(crypto.randomUUID())
=> true
"""
_WEB = r"""
crypto.webcrypto.getRandomValues(new Uint8Array(65536)).some((x) => x > 0)
=> true
crypto.webcrypto.getRandomValues(new Uint8Array(65537))
=> QuotaExceededError 22 The requested length exceeds 65,536 bytes
crypto.webcrypto.getRandomValues(new Float32Array(2))
=> TypeMismatchError 17 The data argument must be an integer-type TypedArray
crypto.webcrypto.getRandomValues.call({}, new Uint8Array(1))
=> TypeError ERR_INVALID_THIS Value of "this" must be of type Crypto
crypto.getRandomValues(new BigInt64Array(2)).length
=> 2
[crypto.webcrypto.randomUUID().length, Object.prototype.toString.call(crypto.subtle),
  crypto.subtle === crypto.webcrypto.subtle]
=> [ 36, '[object SubtleCrypto]', true ]
new crypto.webcrypto.constructor()
=> TypeError ERR_ILLEGAL_CONSTRUCTOR Illegal constructor
subtle.digest("SHA-256", Buffer.from("a")).then((b) => Buffer.from(b).toString("hex"))
=> 'ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb'
subtle.digest({ name: "sha-1" }, new ArrayBuffer(1)).then((b) => Buffer.from(b).toString("hex"))
=> '5ba93c9db0cff93f52b521d7420e43f6eda2784f'
subtle.digest("MD5", Buffer.from("a"))
=> NotSupportedError 9 Unrecognized algorithm name
subtle.digest("SHA-256", "a")
=> TypeError ERR_INVALID_ARG_TYPE Failed to execute 'digest' on 'SubtleCrypto': 2nd argument is not instance of Arr
=> ayBuffer, Buffer, TypedArray, or DataView.
subtle.digest("SHA-256")
=> TypeError ERR_MISSING_ARGS Failed to execute 'digest' on 'SubtleCrypto': 2 arguments required, but only 1 presen
=> t.
subtle.importKey("raw", Buffer.from("k"), { name: "HMAC", hash: "SHA-256" }, false, ["sign", "verify"])
=> CryptoKey { type: 'secret', extractable: false, algorithm: { name: 'HMAC', hash: [Object], length: 8 }, usages:
=>  [ 'sign', 'verify' ] }
subtle.importKey("raw", Buffer.from("k"), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]).then((k) =>
  subtle.sign("HMAC", k, Buffer.from("a"))).then((b) => Buffer.from(b).toString("hex"))
=> '78da91511e675587f5b9df78bedebaf5560da2abb88162ee875dcdf744951d9e'
subtle.importKey("raw", Buffer.from("k"), { name: "HMAC", hash: "SHA-1" }, true, ["sign", "verify"])
  .then(async (k) => subtle.verify("HMAC", k, await subtle.sign("HMAC", k, Buffer.from("a")), Buffer.from("a")))
=> true
subtle.importKey("raw", Buffer.from("k"), { name: "HMAC", hash: "SHA-1" }, true, ["verify"]).then((k) =>
  subtle.verify("HMAC", k, Buffer.alloc(20), Buffer.from("a")))
=> false
subtle.importKey("raw", Buffer.from("k"), { name: "HMAC", hash: "SHA-1" }, true, ["verify"]).then((k) =>
  subtle.sign("HMAC", k, Buffer.from("a")))
=> InvalidAccessError 15 Unable to use this key to sign
subtle.importKey("jwk", { kty: "oct", k: "a2s", alg: "HS256" }, { name: "HMAC", hash: "SHA-256" }, true,
  ["sign"]).then((k) => subtle.exportKey("jwk", k))
=> { key_ops: [ 'sign' ], ext: true, kty: 'oct', k: 'a2s', alg: 'HS256' }
subtle.importKey("raw", Buffer.from("k"), { name: "HMAC", hash: "SHA-256" }, true, [])
=> SyntaxError 12 Usages cannot be empty when importing a secret key.
subtle.importKey("raw", Buffer.from("k"), { name: "HMAC" }, true, ["sign"])
=> TypeError ERR_MISSING_OPTION Failed to normalize algorithm: passed algorithm can not be converted to 'HmacImport
=> Params' because 'hash' is required in 'HmacImportParams'.
subtle.generateKey({ name: "HMAC", hash: "SHA-512" }, true, ["sign"]).then(async (k) => [k.algorithm,
  (await subtle.exportKey("raw", k)).byteLength])
=> [ { name: 'HMAC', length: 1024, hash: { name: 'SHA-512' } }, 128 ]
subtle.importKey("raw", Buffer.from("k"), "PBKDF2", false, ["deriveBits"]).then((k) =>
  subtle.deriveBits({ name: "PBKDF2", hash: "SHA-256", salt: Buffer.from("s"), iterations: 1000 }, k, 128))
=> ArrayBuffer { [Uint8Contents]: <f4 c0 e2 80 c5 79 6d 4e 44 dc 18 44 2b 46 4d 1e>, byteLength: 16 }
subtle.importKey("raw", Buffer.from("k"), "HKDF", false, ["deriveBits"]).then((k) =>
  subtle.deriveBits({ name: "HKDF", hash: "SHA-256", salt: Buffer.from("s"), info: Buffer.from("i") }, k, 64))
=> ArrayBuffer { [Uint8Contents]: <02 b0 92 9a 9d 46 e9 23>, byteLength: 8 }
subtle.importKey("raw", Buffer.from("k"), "PBKDF2", true, ["deriveBits"])
=> SyntaxError 12 PBKDF2 keys are not extractable
"""


@pytest.mark.parametrize(
    "text", [_HASHES, _HMAC, _DERIVING, _RANDOM, _WEB], ids=["hashes", "hmac", "deriving", "random", "web"]
)
def test_answers_as_node_does(shared: Sandbox, text: str) -> None:
    cases = table(text)
    assert answers(shared, cases) == cases


def test_random_bytes_are_fresh_after_a_restore(make: Maker) -> None:
    """A store of random bytes in the guest's memory would come back with the checkpoint."""
    sandbox = make()
    code = """
        import nodeCrypto from "node:crypto";
        export default [
          nodeCrypto.randomBytes(16).toString("hex"), nodeCrypto.randomUUID(), nodeCrypto.randomInt(2 ** 47),
          crypto.randomUUID(), String(crypto.getRandomValues(new Uint32Array(4))),
          nodeCrypto.randomBytes(100).toString("hex"),
        ];
    """
    first = value(sandbox, code)
    checkpoint = sandbox.checkpoint()
    second = value(sandbox, code)
    sandbox.restore(checkpoint)
    third = value(sandbox, code)
    for one, other, again in zip(first, second, third, strict=True):
        assert len({one, other, again}) == 3


def test_a_hash_begun_before_a_restore_goes_on(make: Maker) -> None:
    sandbox = make()
    value(
        sandbox,
        'import c from "node:crypto"; globalThis.h = c.createHash("md5").update("a"); export default 0',
    )
    checkpoint = sandbox.checkpoint()
    code = 'export default h.update("b").digest("hex")'
    assert value(sandbox, code) == "187ef4436122d1cc2f40dc2b92f0eba0"
    sandbox.restore(checkpoint)
    assert value(sandbox, code) == "187ef4436122d1cc2f40dc2b92f0eba0"


def test_many_small_updates_are_one_input(shared: Sandbox) -> None:
    code = """
        import { createHash } from "node:crypto";
        const whole = createHash("sha256"), piecewise = createHash("sha256");
        let text = "";
        for (let i = 0; i < 5000; i++) { piecewise.update(`line ${i}\n`); text += `line ${i}\n`; }
        export default whole.update(text).digest("hex") === piecewise.digest("hex");
    """
    assert value(shared, code) is True


def test_the_global_is_the_modules_webcrypto(shared: Sandbox) -> None:
    code = """
        import { webcrypto, subtle } from "node:crypto";
        export default [webcrypto === crypto, subtle === crypto.subtle, crypto instanceof Crypto,
          subtle instanceof SubtleCrypto, typeof CryptoKey];
    """
    assert value(shared, code) == [True, True, True, True, "function"]


@pytest.mark.parametrize(
    "call",
    [
        "crypto.createCipheriv('aes-256-cbc', Buffer.alloc(32), Buffer.alloc(16))",
        "crypto.generateKeyPairSync('rsa', { modulusLength: 2048 })",
        "crypto.createSign('sha256')",
        "new crypto.X509Certificate('')",
    ],
)
def test_what_is_not_there_says_so(shared: Sandbox, call: str) -> None:
    """Importing works; the call says what there is instead."""
    error = fault(shared, f'import crypto from "node:crypto"; {call}')
    assert "is not available in the sandbox" in error.message
    assert "createHmac" in error.message


@pytest.mark.parametrize("algorithm", ["AES-GCM", "RSA-OAEP", "ECDSA"])
def test_other_web_algorithms_are_rejected(shared: Sandbox, algorithm: str) -> None:
    code = f'await crypto.subtle.generateKey({{ name: "{algorithm}" }}, true, ["sign"])'
    error = fault(shared, code)
    assert error.name == "NotSupportedError"
    assert "is not available in the sandbox" in error.message


def test_memory_of_scrypt_is_bounded(shared: Sandbox) -> None:
    code = 'import c from "node:crypto"; c.scryptSync("p", "s", 16, { N: 2 ** 20, r: 8, maxmem: 2 ** 40 })'
    error = fault(shared, code)
    assert error.name == "RangeError"
    assert "the sandbox gives" in error.message


def test_iterations_end_with_the_deadline(make: Maker) -> None:
    sandbox = make(limits=Limits(timeout=0.3))
    value(sandbox, 'import "node:crypto"; globalThis.x = 1; export default x', timeout=5)
    code = 'import c from "node:crypto"; c.pbkdf2Sync("p", "s", 2 ** 31 - 1, 64, "sha512")'
    assert fault(sandbox, code).kind == "timeout"
    assert value(sandbox, "export default x", timeout=5) == 1


def test_polyfills_do_not_disturb(make: Maker) -> None:
    """Additions to the intrinsics before the module is loaded change nothing that it does."""
    sandbox = make()
    code = """
        Object.prototype.outputLength = undefined;
        Object.prototype.length = 3;
        Object.prototype.toJSON = () => "mine";
        Array.prototype[0] = "x";
        Array.prototype.toJSON = () => "mine";
        Uint8Array.fromHex = () => { throw new Error("mine"); };
        const { createHash, createHmac, randomBytes } = await import("node:crypto");
        export default [createHash("md5").update("a").digest("hex"), createHmac("md5", "k").update("a").digest("hex"),
          randomBytes(5).length];
    """
    assert value(sandbox, code) == ["0cc175b9c0f1b6a831c399e269772661", "ddcf3d210049e7135f61affae73731cd", 5]
