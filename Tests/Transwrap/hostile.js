// A thousand clients that mean no good, or know no better; what the proxy does to each is checked.
//
// Usage: NODE_PATH=/usr/share/nodejs node hostile.js PORT TOKEN-FILE COUNT [AT-ONCE]
//
// Channels "bad0" to "bad9" take streams, "refused" has an ingest that says no, "busy" is in use by somebody else.
// Prints a JSON object with how many clients there were of each kind and, in `wrong`, what was not as it should be.

"use strict";
const fs = require("fs");
const net = require("net");
const { WebSocket } = require("ws");

const [port, tokenFile, count, atOnce = "40"] = process.argv.slice(2);
const token = fs.readFileSync(tokenFile, "utf8").trim();
const patience = 20000;
const base = `ws://127.0.0.1:${port}/v1/publish/`;
const flvHeader = Buffer.from("464c5601050000000900000000", "hex");

// Deterministic, so that a failure can be seen again.
let seed = 12345;
const random = limit => (seed = (seed * 1103515245 + 12345) & 0x7fffffff) % limit;
const noise = length => Buffer.from(Array.from({ length }, () => random(256)));

/** A connection below WebSockets: `body` gets it when it is open; ends when it is closed, with what was received. */
function raw(body) {
  return new Promise((resolve, reject) => {
    const socket = net.connect(Number(port), "127.0.0.1");
    const late = setTimeout(() => { socket.destroy(); reject(new Error("it was not cut off")) }, patience);
    let received = "";
    socket.on("connect", () => body(socket));
    socket.on("data", data => received += data.toString("latin1"));
    socket.on("error", () => {});
    socket.on("close", () => { clearTimeout(late); resolve(received) });
  });
}

/** A WebSocket: `body` gets it when it is open; ends when it is closed, with its code and the errors that were told. */
function websocket(channel, bearer, body) {
  return new Promise((resolve, reject) => {
    const headers = bearer ? { Authorization: `Bearer ${bearer}` } : {};
    const socket = new WebSocket(base + channel, { headers, handshakeTimeout: patience });
    const late = setTimeout(() => { socket.terminate(); reject(new Error("it was not ended")) }, patience);
    const errors = [];
    let status = 0;
    socket.on("open", () => body(socket));
    socket.on("message", data => {
      const event = JSON.parse(data.toString());
      if (event.type === "error") errors.push(event.code);
    });
    socket.on("unexpected-response", (request, response) => { status = response.statusCode; request.destroy(); end(0) });
    socket.on("error", () => {});
    socket.on("close", (code, reason) => end(code, reason.toString()));
    function end(code, reason) { clearTimeout(late); resolve({ code, errors, status, reason }) }
  });
}

function expect(condition, what) { if (!condition) throw new Error(what) }

const upgrade = channel => [
  `GET /v1/publish/${channel} HTTP/1.1`, `Host: 127.0.0.1:${port}`, "Connection: Upgrade", "Upgrade: websocket",
  "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", `Authorization: Bearer ${token}`, "", "",
].join("\r\n");

/** A connection that is a WebSocket by hand: `body` may break its rules. */
const byHand = (channel, body) => raw(socket => {
  socket.write(upgrade(channel));
  socket.once("data", () => body(socket));
});

/** The code of the close frame that ends what the proxy sent; 0 where there is none. */
function closeCode(received) {
  const bytes = Buffer.from(received, "latin1");
  const place = bytes.lastIndexOf(0x88);
  return place >= 0 && bytes.length >= place + 4 ? bytes.readUInt16BE(place + 2) : 0;
}

/** Ends are as they should be, or somebody else is on the channel. */
const expectCode = (received, code) =>
  expect(closeCode(received) === code || received.includes("channel-busy"), `code ${closeCode(received)}`);

const frame = (first, payload = "") =>
  Buffer.concat([Buffer.from([first, 0x80 | payload.length, 0, 0, 0, 0]), Buffer.from(payload)]);

const kinds = {
  async "dies inside a frame"(index) {
    await byHand(`bad${index % 10}`, socket => {
      socket.write(Buffer.concat([Buffer.from([0x82, 0xff, 0, 0, 0, 0, 0, 1, 0x86, 0xa0, 1, 2, 3, 4]), noise(5000)]));
      setTimeout(() => socket.destroy(), 20);
    });
  },
  async "speaks no HTTP"() {
    await raw(socket => socket.write(noise(2000)));
  },
  async "claims a frame of a terabyte"(index) {
    const received = await byHand(`bad${index % 10}`, socket =>
      socket.write(Buffer.from([0x82, 0xff, 0, 0, 1, 0, 0, 0, 0, 0, 1, 2, 3, 4])));
    expect(received.includes("HTTP/1.1 101") || received.includes("channel-busy"), "no WebSocket");
  },
  async "sends its request a byte at a time"() {
    const text = upgrade("bad0");
    await raw(socket => {
      let index = 0;
      const timer = setInterval(() => index < text.length / 2 ? socket.write(text[index++]) : 0, 100);
      socket.on("close", () => clearInterval(timer));
    });
  },
  async "has a wrong token"() {
    const { status } = await websocket("bad0", "tw_wrong", () => {});
    expect(status === 401, `status ${status}`);
  },
  async "has no token at all"() {
    const { code, errors } = await websocket("bad0", null, socket => socket.send(noise(100)));
    expect(code === 1008 && errors.includes("missing-token"), `${code} ${errors}`);
  },
  async "publishes where somebody else does"() {
    const { code, errors } = await websocket("busy", token, () => {});
    expect(code === 1013 && errors.includes("channel-busy"), `${code} ${errors}`);
  },
  async "sends noise"(index) {
    const { code, errors } = await websocket(`bad${index % 10}`, token, socket => socket.send(noise(3000)));
    expect([1008, 1013].includes(code), `${code} ${errors}`);
  },
  async "sends noise in FLV's clothes"(index) {
    await websocket(`bad${index % 10}`, token, socket => {
      socket.send(Buffer.concat([flvHeader, noise(20000)]));
      setTimeout(() => socket.close(1000), 50);
    });
  },
  async "sends noise in WebM's clothes"(index) {
    await websocket(`bad${index % 10}`, token, socket => {
      socket.send(Buffer.concat([Buffer.from("1a45dfa3", "hex"), noise(20000)]));
      setTimeout(() => socket.close(1000), 50);
    });
  },
  async "does not mask its frames"(index) {
    const received = await byHand(`bad${index % 10}`, socket =>
      socket.write(Buffer.concat([Buffer.from([0x82, 3]), noise(3)])));
    expectCode(received, 1002);
  },
  async "says goodbye with a code that may not be sent"(index) {
    const code = [0, 999, 1004, 1005, 1006, 1015, 5000, 65535][index % 8];
    const received = await byHand(`bad${index % 10}`, socket =>
      socket.write(frame(0x88, Buffer.from([code >> 8, code & 255]))));
    expectCode(received, 1002);
  },
  async "sends text that is none"(index) {
    const received = await byHand(`bad${index % 10}`, socket => socket.write(frame(0x01, Buffer.from([0xed, 0xa0]))));
    expectCode(received, 1007);
  },
  async "sends its stream as text"(index) {
    const { code, errors, reason } = await websocket(`bad${index % 10}`, token, socket =>
      socket.send(noise(3000).toString("base64")));
    expect(code === 1003 && errors.includes("text-frame") && reason.includes("binary") || errors.includes("channel-busy"),
      `${code} ${errors} ${reason}`);
  },
  async "pings without end"(index) {
    const received = await byHand(`bad${index % 10}`, socket =>
      socket.write(Buffer.concat(Array(6000).fill(frame(0x89)))));
    expect(received.includes('"messages"') || received.includes("channel-busy"), "it may");
    expectCode(received, 1008);
  },
  async "sends a message of nothing in pieces without end"(index) {
    const received = await byHand(`bad${index % 10}`, socket =>
      socket.write(Buffer.concat([frame(0x02), ...Array(6000).fill(frame(0x00))])));
    expect(received.includes('"messages"') || received.includes("channel-busy"), "it may");
    expectCode(received, 1008);
  },
  async "speaks another version"() {
    const received = await raw(socket => socket.write(upgrade("bad0").replace("Version: 13", "Version: 8")));
    expect(received.startsWith("HTTP/1.1 426") && received.includes("Sec-WebSocket-Version: 13"), received);
  },
  async "has half a key"() {
    const received = await raw(socket => socket.write(upgrade("bad0").replace("dGhlIHNhbXBsZSBub25jZQ==", "dGhl")));
    expect(received.startsWith("HTTP/1.1 400"), received);
  },
  async "posts"() {
    const received = await raw(socket => socket.write(upgrade("bad0").replace("GET", "POST")));
    expect(received.startsWith("HTTP/1.1 405") && received.includes("Allow: GET"), received);
  },
  async "asks for a page where there is none"() {
    const received = await raw(socket => socket.write("GET /v1/publish/bad0 HTTP/1.1\r\nHost: x\r\n\r\n"));
    expect(received.startsWith("HTTP/1.1 426") && received.includes("binary frames"), received);
  },
  async "is gone before it is answered"(index) {
    await raw(socket => { socket.write(upgrade(`bad${index % 10}`)); socket.destroy() });
  },
};

async function main() {
  const names = Object.keys(kinds);
  const result = { clients: Number(count), kinds: {}, wrong: [] };
  let next = 0;
  async function worker() {
    while (next < Number(count)) {
      const index = next++;
      const name = names[index % names.length];
      result.kinds[name] = (result.kinds[name] || 0) + 1;
      try { await kinds[name](index) } catch (error) { result.wrong.push(`${name}: ${error.message}`) }
    }
  }
  await Promise.all(Array.from({ length: Number(atOnce) }, worker));
  console.log(JSON.stringify(result));
}

main();
