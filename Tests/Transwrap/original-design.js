// A stand-in of the original's design, to compare with: one ffmpeg for each client, fed from its WebSocket.
//
// Usage: NODE_PATH=/usr/share/nodejs node original-design.js PORT      (0 takes a free one; prints "listening PORT")
//
// A client connects to ws://HOST:PORT/rtmps/CODEC/TARGET with CODEC h264, mp4a or vp8o, and sends what its
// MediaRecorder gives. As in the original there is no backpressure, a lost connection is not kept, and nobody is asked
// who they are.

"use strict";
const { spawn } = require("child_process");
const http = require("http");
const { WebSocketServer } = require("ws");

const PREFIX_LENGTH = "/rtmps/h264/".length;

const LOW_DELAY = ["-preset", "veryfast", "-tune", "zerolatency"];
const PICTURE_AS_IT_IS = ["-vcodec", "copy", ...LOW_DELAY, "-acodec", "aac"];
const PICTURE_ENCODED = [
  "-vcodec", "libx264", "-s", "1280x720", "-r", "30", "-g", "60", ...LOW_DELAY, "-minrate", "3000", "-maxrate", "3000",
  "-acodec", "aac", "-ar", "44100", "-b:a", "128k",
];
const ENCODING = { h264: PICTURE_AS_IT_IS, mp4a: PICTURE_AS_IT_IS, vp8o: PICTURE_ENCODED };

const server = http.createServer((request, response) => response.end("original design\n"));

new WebSocketServer({ server }).on("connection", (socket, request) => {
  const tell = text => { if (socket.readyState === socket.OPEN) socket.send(text) };
  tell("MSG: Connected to server");
  const encoding = ENCODING[request.url.split("/")[2]];
  if (!encoding) return socket.close(1008, "unknown codec");

  const target = request.url.slice(PREFIX_LENGTH);
  const ffmpeg = spawn("ffmpeg", ["-i", "-", ...encoding, "-f", "flv", target]);
  ffmpeg.on("error", error => tell(`ffmpeg does not run: ${error.message}`));
  // What is written after ffmpeg has ended is lost.
  ffmpeg.stdin.on("error", () => {});
  ffmpeg.stderr.on("data", text => tell(text.toString()));
  ffmpeg.on("close", () => {
    tell("Closing Socket");
    socket.terminate();
  });

  socket.on("message", (data, isBinary) => { if (isBinary) ffmpeg.stdin.write(data) });
  socket.on("error", () => {});
  socket.on("close", () => ffmpeg.kill("SIGINT"));
});

server.listen(Number(process.argv[2]), () => console.log(`listening ${server.address().port}`));
