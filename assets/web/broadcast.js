// The page that puts this browser's camera and microphone on air: MediaRecorder's output by WebSocket to the proxy.

const BLOB_MILLISECONDS = 250;
const KEYFRAME_MILLISECONDS = 2000;
const AUDIO_KILOBITS = 128;
const LOWEST_KILOBITS = 300;
/** More than this much media on its way is too much: the recorder begins anew with a lower bitrate. */
const LONGEST_QUEUE_SECONDS = 2;
/** How long a new bitrate may show what it does. */
const SHORTEST_TAKE_SECONDS = 5;
const QUIET_SECONDS = 60;
/** The proxy keeps a session for 20 s; later it would not know its name. */
const SESSION_SECONDS = 19;
const GIVE_UP_SECONDS = 120;
const ANSWER_SECONDS = 10;
/** Closes a WebSocket whose session goes on in another one, which begins with a new container. */
const TO_BE_CONTINUED = 4000;

/** What is recorded, the best first: H.264 needs no second encoding on its way. */
const MIME_TYPES = [
  "video/webm;codecs=h264,opus",
  "video/x-matroska;codecs=avc1,opus",
  "video/mp4;codecs=avc1.42E01F,mp4a.40.2",
  "video/mp4;codecs=avc1.42E01F,opus",
  "video/webm;codecs=vp8,opus",
  "video/webm;codecs=vp9,opus",
];

const $ = id => document.getElementById(id);
const now = () => performance.now() / 1000;
const pause = seconds => new Promise(done => setTimeout(done, seconds * 1000));

// ---------------------------------------------------------------------------------------------------- what is said

/** Something that a person can do something about. */
class Trouble extends Error {}

const INSECURE = "This page was opened by an insecure address. Browsers give camera and microphone only to pages from "
  + "https:// or from this machine itself: open it by https://.";
const NO_RECORDER = "This browser cannot record what can be sent from here: it has no MediaRecorder for H.264, VP8 or "
  + "VP9. Take a current Chrome, Edge, Firefox or Safari.";

/** Words for what the browser says where a device cannot be opened. */
function deviceTrouble(error) {
  const words = {
    NotAllowedError: "Camera or microphone were not allowed. Allow both for this page, beside its address or in the "
      + "browser's settings, and turn them on again.",
    NotFoundError: "No camera or no microphone was found. Connect one and try again.",
    NotReadableError: "Camera or microphone cannot be opened; another program may be using them.",
    OverconstrainedError: "The chosen camera or microphone is not there any more. Choose another one.",
    SecurityError: "This browser or its administrator does not let pages use camera and microphone.",
  };
  return new Trouble(words[error.name] ?? `Camera and microphone cannot be opened: ${error.message || error.name}`);
}

/** Words for the end of a WebSocket that is not to be tried again; what the proxy said itself comes first. */
function closeTrouble(code, said) {
  const words = {
    1000: "The proxy ended the broadcast.",
    1002: "The proxy could not read what this page sent.",
    1003: "The proxy does not take what this page sent.",
    1007: "The proxy could not read what this page sent.",
    1008: `The proxy refused this broadcast${said ? "." : ": is the token right for this channel?"}`,
    1009: "The proxy was sent more at once than it takes. Choose a lower bitrate.",
    1011: "The broadcast failed at the proxy or behind it.",
    1013: "The channel is busy, or the proxy has no room now. Try again later.",
  };
  const text = words[code] ?? `The connection to the proxy was lost (${code}).`;
  return new Trouble(said ? `${text} It says: ${said}` : text);
}

const time = seconds => {
  const [whole, two] = [Math.floor(seconds), number => String(number).padStart(2, "0")];
  return `${whole >= 3600 ? `${Math.floor(whole / 3600)}:` : ""}${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
};
const rate = kilobits => kilobits == null ? "" : `${Math.round(kilobits).toLocaleString("en")}\u00a0kbit/s`;
const size = bytes => bytes == null ? "" : `${(bytes / 1e6).toFixed(bytes < 1e7 ? 2 : 1)}\u00a0MB`;
const milliseconds = value => value == null ? "" : `${Math.round(value)} ms`;

/** "video/x-matroska;codecs=avc1,opus" as people say it. */
function codecName(mimeType) {
  const video = [[/h264|avc/, "H.264"], [/vp8/, "VP8"], [/vp0?9/, "VP9"], [/av01/, "AV1"]]
    .find(([pattern]) => pattern.test(mimeType));
  const container = /mp4/.test(mimeType) ? "MP4" : /matroska/.test(mimeType) ? "Matroska" : "WebM";
  return `${video ? video[1] : "video"} in ${container}`;
}

// ------------------------------------------------------------------------------------------------------- the devices

/** Camera and microphone: one stream that the preview, the level and the recorder share. */
class Devices {
  stream = null;
  #opening = 0;

  /** Opens what is chosen in place of what is open; answers the stream, or null where another choice came meanwhile. */
  async open({ camera, microphone, width, height, framesPerSecond }, lost) {
    if (!window.isSecureContext || !navigator.mediaDevices) throw new Trouble(INSECURE);
    const turn = ++this.#opening;
    this.close();
    const wish = deviceId => deviceId ? { deviceId: { exact: deviceId } } : {};
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({
        video: {
          ...wish(camera), width: { ideal: width }, height: { ideal: height }, frameRate: { ideal: framesPerSecond },
        },
        // Nothing is played here, so there is no echo to cancel.
        audio: { ...wish(microphone), channelCount: { ideal: 2 }, echoCancellation: false },
      });
    } catch (error) {
      if (turn !== this.#opening) return null;
      throw await this.#missing() ?? deviceTrouble(error);
    }
    if (turn !== this.#opening) {
      for (const track of stream.getTracks()) track.stop();
      return null;
    }
    this.stream = stream;
    for (const track of stream.getTracks()) track.onended = () => { if (this.stream === stream) lost(track.kind) };
    return stream;
  }

  close() {
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.stream = null;
  }

  async list() {
    const all = await navigator.mediaDevices?.enumerateDevices() ?? [];
    const of = kind => all.filter(one => one.kind === kind);
    return { cameras: of("videoinput"), microphones: of("audioinput") };
  }

  async #missing() {
    const { cameras, microphones } = await this.list();
    const missing = [!cameras.length && "camera", !microphones.length && "microphone"].filter(Boolean);
    if (!missing.length) return null;
    return new Trouble(`No ${missing.join(" and no ")} was found. Connect what is missing and try again.`);
  }
}

// ------------------------------------------------------------------------------------------------------ the broadcast

/** One WebSocket with the output of one MediaRecorder: a container from its header to its end. */
class Take {
  began = now();
  recorder = null;
  error = null;
  continued = false;
  /** What the proxy receives of it; null as long as that is unknown. */
  receivedKilobits = null;
  #blobs = [];
  #handedOver = 0;
  #received = null;
  #onTheWay = 0;
  #leastOnTheWay = Infinity;

  /** @param on what to call: `message(object)`, `closed(event)`, `failed(error)` */
  constructor({ address, hello, stream, mimeType, kilobits, on }) {
    Object.assign(this, { on, kilobits, mimeType });
    this.socket = new WebSocket(address);
    this.socket.onopen = () => this.socket.send(JSON.stringify(hello));
    this.socket.onmessage = ({ data }) => {
      let message;
      try { message = JSON.parse(data) } catch { return }
      if (message.type === "session" && !this.recorder) this.#record(stream);
      if (message.type === "error") this.error = message;
      on.message(message);
    };
    this.socket.onclose = event => {
      clearTimeout(this.silence);
      if (this.recorder?.state === "recording") this.recorder.stop();
      on.closed(event);
    };
    this.silence = setTimeout(() => this.socket.close(), ANSWER_SECONDS * 1000);
  }

  #record(stream) {
    clearTimeout(this.silence);
    try {
      this.recorder = new MediaRecorder(stream, {
        mimeType: this.mimeType, videoBitsPerSecond: this.kilobits * 1000, audioBitsPerSecond: AUDIO_KILOBITS * 1000,
        videoKeyFrameIntervalDuration: KEYFRAME_MILLISECONDS,
      });
      this.recorder.ondataavailable = ({ data }) => this.#send(data);
      this.recorder.onerror = ({ error }) => this.on.failed(error);
      this.began = now();
      this.recorder.start(BLOB_MILLISECONDS);
    } catch (error) { this.on.failed(error) }
  }

  #send(blob) {
    if (!blob.size || this.socket.readyState !== WebSocket.OPEN) return;
    this.socket.send(blob);
    this.#handedOver += blob.size;
    this.#blobs.push({ bytes: blob.size, at: now() });
    if (this.#blobs.length > 600) this.#blobs.shift();
  }

  /** What has left this browser. */
  get bytesSent() { return Math.max(0, this.#handedOver - this.socket.bufferedAmount) }

  /** Takes what the proxy has received so far, in this take or in all of the session. */
  confirm(bytes) {
    const previous = this.#received;
    this.#received = { bytes, at: now() };
    if (previous) this.receivedKilobits = (bytes - previous.bytes) / 125 / (now() - previous.at);
    // The least there ever was is what the proxy counts otherwise; more than that waits in the system or the network.
    this.#onTheWay = this.#handedOver - bytes;
    this.#leastOnTheWay = Math.min(this.#leastOnTheWay, this.#onTheWay);
  }

  /** How much media is recorded, but not received by the proxy. */
  get queueSeconds() {
    if (this.socket.readyState === WebSocket.CLOSED) return 0;
    let left = this.socket.bufferedAmount;
    if (this.#received) left = Math.max(left, this.#onTheWay - this.#leastOnTheWay);
    let oldest = null;
    for (let index = this.#blobs.length - 1; index >= 0 && left > 0; index--) {
      oldest = this.#blobs[index];
      left -= oldest.bytes;
    }
    // What a blob holds was recorded just before it came.
    return oldest ? now() - oldest.at + BLOB_MILLISECONDS / 1000 : 0;
  }

  /** Sends what is recorded so far and closes. */
  end(code) {
    clearTimeout(this.silence);
    const close = () => this.socket.close(code);
    if (this.recorder?.state !== "recording") return close();
    this.recorder.onstop = close;
    this.recorder.stop();
  }
}

/** A broadcast from "Go live" to its end: takes one after another, in one session of the proxy. */
class Broadcast {
  state = "connecting";
  reason = "";
  attempt = 0;
  statistics = {};
  suggestedKilobits = null;
  kilobitsSent = null;
  liveSince = null;
  #session = null;
  #ingestState = "connecting";
  #proxyQueue = { seconds: 0, at: -Infinity };
  #take = null;
  #ending = false;
  #over = false;
  #failures = 0;
  #lostAt = null;
  #quietSince = now();
  #quietSeconds = QUIET_SECONDS;
  #raisedAt = -Infinity;
  #sent = { take: null, bytes: 0, at: 0 };

  /** @param on what to call: `changed()`, `said(words, look)`, `over(trouble or null)` */
  constructor({ channel, token, stream, mimeType, kilobits, on }) {
    Object.assign(this, { channel, token, stream, mimeType, kilobits, wishedKilobits: kilobits, on });
    this.#connect();
    this.ticks = setInterval(() => this.#tick(), 1000);
  }

  get queueSeconds() { return this.#take?.queueSeconds ?? 0 }
  get recordedType() { return this.#take?.recorder?.mimeType || this.mimeType }
  get secondsOnAir() {
    return this.statistics.secondsOnAir ?? (this.liveSince == null ? null : now() - this.liveSince);
  }

  stop() {
    if (this.#ending || this.#over) return;
    this.#ending = true;
    this.#set("ending");
    // Between two takes there is nothing to close.
    if (!this.#take || this.#take.socket.readyState === WebSocket.CLOSED) return this.#finish(null);
    this.#take.end(1000);
    setTimeout(() => this.#finish(new Trouble("The proxy did not confirm the end; the last seconds may be lost.")),
      ANSWER_SECONDS * 1000);
  }

  /** Goes on with other tracks, after a device came back. */
  replace(stream) {
    this.stream = stream;
    this.#renew();
  }

  #connect() {
    if (this.#over || this.#ending) return;
    // A session that is too old is unknown there: it begins anew.
    if (this.#lostAt != null && now() - this.#lostAt > SESSION_SECONDS) this.#session = null;
    const address = new URL(`/v1/publish/${encodeURIComponent(this.channel)}`, location.href);
    address.protocol = address.protocol.replace("http", "ws");
    const hello = { token: this.token, ...(this.#session ? { session: this.#session } : {}) };
    const take = this.#take = new Take({
      address, hello, stream: this.stream, mimeType: this.mimeType, kilobits: this.kilobits,
      on: {
        message: message => { if (take === this.#take) this.#heard(message) },
        closed: ({ code }) => { if (take === this.#take) this.#closed(code, take) },
        failed: error => this.#abort(new Trouble(`Recording failed: ${error?.message || error?.name}`)),
      },
    });
  }

  #heard(message) {
    switch (message.type) {
    case "session":
      // Where the same session goes on, its ingest connection is as it was.
      if (message.session !== this.#session) this.#ingestState = "connecting";
      if (this.state === "reconnecting") this.#set(this.#ingestState);
      this.#session = message.session;
      this.#lostAt = null;
      break;
    case "state":
      this.#ingestState = message.state;
      if (message.state === "live") this.liveSince ??= now();
      if (message.state !== "ended" && !this.#ending) this.#set(message.state, message.reason, message.attempt);
      break;
    case "statistics":
      this.statistics = message;
      if (message.bytesReceived != null) this.#take.confirm(message.bytesReceived);
      this.#proxyQueue = { seconds: (message.queueMilliseconds ?? 0) / 1000, at: now() };
      break;
    case "congestion":
      this.suggestedKilobits = message.suggestedKilobits ?? this.suggestedKilobits;
      this.#proxyQueue = { seconds: (message.queueMilliseconds ?? 0) / 1000, at: now() };
      this.#disturbed();
      this.on.said(`The way to the viewers is too slow${message.suggestedKilobits
        ? `; ${rate(message.suggestedKilobits)} would pass` : ""}.`, "warn");
      this.#relieve();
      break;
    case "warning":
      this.on.said(message.message ?? message.code, "warn");
      break;
    }
    this.on.changed();
  }

  #closed(code, take) {
    const trouble = closeTrouble(code, take.error?.message);
    if (this.#ending) return this.#finish([1000, 1005].includes(code) ? null : trouble);
    const final = [1000, 1002, 1003, 1007, 1008, 1009, 1011, 1013].includes(code);
    if (take.continued && !final) return this.#connect();
    const wasHere = this.#session != null;
    if (code === 1008 && wasHere && /session/.test(take.error?.code ?? "")) {
      // Another node, or too late: the session is unknown there, the token may be right all the same.
      this.#session = null;
      return this.#again(0);
    }
    // A channel may be busy with this very broadcast, as long as the proxy has not noticed that a connection is gone.
    if (final && !(code === 1013 && wasHere)) return this.#finish(trouble);
    if (take.recorder && now() - take.began > SHORTEST_TAKE_SECONDS) this.#failures = 0;
    const delay = Math.min(8, 0.5 * 2 ** this.#failures) * (0.75 + Math.random() / 2);
    const isFirst = this.#failures++ === 0;
    if (code === 1012) {
      this.on.said("The proxy is being restarted; connecting again.", "");
      return this.#again(isFirst ? 0 : delay);
    }
    if (!wasHere && isFirst)
      return this.#finish(new Trouble("The proxy cannot be reached, or takes no connections now. Try again later."));
    this.#disturbed();
    this.on.said(`The connection to the proxy was lost (${code}); connecting again.`, "warn");
    this.#again(delay);
  }

  /** Connects after a while, but not for ever. */
  async #again(seconds) {
    this.#lostAt ??= now();
    if (now() - this.#lostAt > GIVE_UP_SECONDS)
      return this.#finish(new Trouble("The connection to the proxy was lost and did not come back for two minutes."));
    const take = this.#take;
    this.#set("reconnecting");
    await pause(seconds);
    if (take === this.#take) this.#connect();
  }

  /** Begins a new container, with the bitrate of now, in a new WebSocket: what waits in the old one goes first. */
  #renew() {
    const take = this.#take;
    if (!take.recorder || take.continued || this.#ending) return;
    take.continued = true;
    take.end(TO_BE_CONTINUED);
    setTimeout(() => { if (take === this.#take) this.#connect() }, ANSWER_SECONDS * 1000);
  }

  #tick() {
    const take = this.#take;
    if (take !== this.#sent.take) this.#sent = { take, bytes: 0, at: now() - 1 };
    const bytes = take.bytesSent;
    this.kilobitsSent = (bytes - this.#sent.bytes) / 125 / (now() - this.#sent.at);
    this.#sent = { take, bytes, at: now() };
    this.#relieve();
    if (this.kilobits < this.wishedKilobits && now() - this.#quietSince > this.#quietSeconds && this.state === "live") {
      this.kilobits = Math.min(this.wishedKilobits, Math.ceil(this.kilobits * 1.25 / 50) * 50);
      this.#quietSince = this.#raisedAt = now();
      this.on.said(`Quiet for a while; the bitrate goes up to ${rate(this.kilobits)}.`, "");
      this.#renew();
    }
    this.on.changed();
  }

  /** Lowers the bitrate where too much is on its way. */
  #relieve() {
    const take = this.#take;
    if (!take.recorder || take.continued || this.#ending || now() - take.began < SHORTEST_TAKE_SECONDS) return;
    const there = now() - this.#proxyQueue.at < 3 ? this.#proxyQueue.seconds : 0;
    const waiting = take.queueSeconds + there;
    if (waiting <= LONGEST_QUEUE_SECONDS) return;
    this.#disturbed();
    // What the proxy suggests, or what reaches it, is for picture and sound.
    const arrives = Math.min(this.kilobitsSent, take.receivedKilobits ?? Infinity) * 0.85;
    const passes = Math.min(there > 1 && this.suggestedKilobits || Infinity,
      take.queueSeconds > 1 ? arrives : Infinity, this.kilobits * 0.8 + AUDIO_KILOBITS);
    this.kilobits = Math.max(LOWEST_KILOBITS, Math.floor((passes - AUDIO_KILOBITS) / 50) * 50);
    this.on.said(`${waiting.toFixed(1)} s waited to be sent; the picture goes on with ${rate(this.kilobits)}.`, "warn");
    this.#proxyQueue.at = -Infinity;
    this.#renew();
  }

  /** The quiet has to last from here; longer, where the last step up was too much. */
  #disturbed() {
    if (now() - this.#raisedAt < QUIET_SECONDS) {
      this.#quietSeconds = Math.min(8 * QUIET_SECONDS, 2 * this.#quietSeconds);
      this.#raisedAt = -Infinity;
    }
    this.#quietSince = now();
  }

  #set(state, reason = "", attempt = 0) {
    Object.assign(this, { state, reason, attempt });
    this.on.changed();
  }

  #abort(trouble) {
    this.#take?.end(1000);
    this.#finish(trouble);
  }

  #finish(trouble) {
    if (this.#over) return;
    this.#over = true;
    clearInterval(this.ticks);
    this.on.over(trouble);
  }
}

// ----------------------------------------------------------------------------------------------------------- the page

const devices = new Devices();
const TOKEN = "ivs-transwrap.token";
let broadcast = null;
/** The promise of the stream that is being opened, or was last. */
let opening = null;
let meter = null;
let wakeLock = null;

const FIGURES = {
  air: "On air", sent: "Sent from here", bitrate: "Picture's bitrate", suggested: "Suggested bitrate",
  received: "Received by proxy", forwarded: "Sent to the ingest", acknowledged: "Acknowledged there",
  queue: "Queue here / proxy", trip: "Round trip", frames: "Frames, keyframes", reconnects: "Reconnects",
  picture: "Recorded",
};
const figures = Object.fromEntries(Object.entries(FIGURES).map(([key, name]) => {
  const [box, term, value] = ["div", "dt", "dd"].map(tag => document.createElement(tag));
  term.textContent = name;
  value.id = `figure-${key}`;
  box.append(term, value);
  $("figures").append(box);
  return [key, value];
}));

function show(key, text, warn = false) {
  if (figures[key].textContent !== text) figures[key].textContent = text;
  figures[key].classList.toggle("warn", warn);
}

function say(words, look = "") {
  // What is said again takes the place of what was said before.
  for (const item of [...$("messages").children]) if (item.lastChild.textContent === words) item.remove();
  const [item, at] = ["li", "time"].map(tag => document.createElement(tag));
  at.textContent = new Date().toLocaleTimeString("en-GB");
  item.className = look;
  item.append(at, words);
  $("messages").prepend(item);
  while ($("messages").children.length > 8) $("messages").lastElementChild.remove();
}

function complain(trouble) {
  $("error").textContent = trouble?.message ?? "";
  $("error").hidden = !trouble;
  if (trouble && !(trouble instanceof Trouble)) console.error(trouble);
}

/** What the state is called, and how it looks. */
function stateOf(broadcast) {
  if (!broadcast) return ["Off air", "idle"];
  const { attempt, reason } = broadcast;
  const more = (attempt > 1 ? `, attempt ${attempt}` : "") + (reason ? `: ${reason}` : "");
  return {
    connecting: [`Connecting${more}`, "busy"], live: ["On air", "live"], waiting: [`Waiting${more}`, "busy"],
    reconnecting: ["Connection lost, connecting again", "busy"], ending: ["Ending", "busy"],
  }[broadcast.state] ?? [broadcast.state, "busy"];
}

function paint() {
  const [text, look] = stateOf(broadcast);
  if ($("state").textContent !== text) $("state").textContent = text;
  $("state").dataset.look = $("clock").dataset.look = look;
  document.title = look === "live" ? "● On air" : "Broadcast from this browser";
  $("choices").disabled = broadcast != null;
  $("go").hidden = broadcast != null;
  $("stop").hidden = broadcast == null;
  $("stop").disabled = broadcast?.state === "ending";
  $("clock").hidden = broadcast?.secondsOnAir == null;
  if (!broadcast) return;
  const { statistics } = broadcast;
  const air = broadcast.secondsOnAir == null ? "" : time(broadcast.secondsOnAir);
  $("clock").textContent = look === "live" ? `ON AIR ${air}` : air;
  show("air", air);
  show("sent", rate(broadcast.kilobitsSent));
  const lowered = broadcast.kilobits < broadcast.wishedKilobits;
  show("bitrate", (lowered ? `${rate(broadcast.kilobits)} of ` : "") + rate(broadcast.wishedKilobits), lowered);
  show("suggested", rate(broadcast.suggestedKilobits));
  show("received", size(statistics.bytesReceived));
  show("forwarded", [size(statistics.bytesSent), rate(statistics.kilobitsPerSecond)].filter(Boolean).join(", "));
  show("acknowledged", size(statistics.bytesAcknowledged));
  const waiting = broadcast.queueSeconds + (statistics.queueMilliseconds ?? 0) / 1000;
  show("queue", `${broadcast.queueSeconds.toFixed(1)} s / ${milliseconds(statistics.queueMilliseconds) || "–"}`,
    waiting > LONGEST_QUEUE_SECONDS / 2);
  show("trip", milliseconds(statistics.roundTripMilliseconds));
  show("frames", [statistics.framesPerSecond == null ? "" : `${Math.round(statistics.framesPerSecond)}/s`,
    statistics.keyframeIntervalSeconds == null ? "" : `each ${statistics.keyframeIntervalSeconds.toFixed(1)} s`]
    .filter(Boolean).join(", "));
  show("reconnects", statistics.reconnects == null ? "" : String(statistics.reconnects), statistics.reconnects > 0);
  const { width, height } = broadcast.stream.getVideoTracks()[0]?.getSettings() ?? {};
  show("picture", `${width ? `${width}x${height}, ` : ""}${codecName(broadcast.recordedType)}`);
}

/** The microphone's peak in dBFS, as a bar that falls slowly. */
function listen(stream) {
  meter?.context.close();
  clearInterval(meter?.timer);
  meter = null;
  if (!stream) return level(-Infinity);
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  analyser.fftSize = 4096;
  context.createMediaStreamSource(new MediaStream(stream.getAudioTracks())).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  let shown = -60;
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    let peak = 0;
    for (const sample of samples) peak = Math.max(peak, Math.abs(sample));
    shown = Math.max(20 * Math.log10(peak), shown - 1.5);
    level(shown);
  }, 50);
  meter = { context, timer };
}

function level(decibels) {
  const shown = Math.max(-60, Math.min(0, decibels));
  $("level").firstElementChild.style.transform = `scaleX(${-shown / 60})`;
  $("level").setAttribute("aria-valuenow", Math.round(shown));
  $("level").setAttribute("aria-valuetext", shown <= -60 ? "silent" : `${Math.round(shown)} decibels`);
  $("decibels").textContent = shown <= -60 ? "– dB" : `${Math.round(shown)} dB`;
}

function choices() {
  const [width, height, framesPerSecond] = $("picture").value.split(/[x@]/).map(Number);
  return { camera: $("camera").value, microphone: $("microphone").value, width, height, framesPerSecond };
}

function fill(select, list, chosen) {
  const label = select === $("camera") ? "camera" : "microphone";
  select.replaceChildren(...list.filter(one => one.deviceId).map((one, index) =>
    new Option(one.label || `${label} ${index + 1}`, one.deviceId, false, one.deviceId === chosen)));
  if (!select.options.length) select.append(new Option(`Default ${label}`, ""));
}

async function listDevices() {
  const { cameras, microphones } = await devices.list();
  const used = kind => devices.stream?.getTracks().find(track => track.kind === kind)?.getSettings().deviceId;
  fill($("camera"), cameras, used("video") ?? $("camera").value);
  fill($("microphone"), microphones, used("audio") ?? $("microphone").value);
}

/** Opens what is chosen and shows it; answers the stream, or complains and answers null. */
function openDevices(chosen = choices()) {
  return opening = showDevices(chosen);
}

async function showDevices(chosen) {
  complain(null);
  try {
    const stream = await devices.open(chosen, deviceLost);
    if (!stream) return opening;
    $("preview").srcObject = stream;
    $("curtain").hidden = true;
    listen(stream);
    await listDevices();
    return stream;
  } catch (trouble) {
    closeDevices();
    complain(trouble);
    return null;
  }
}

function closeDevices() {
  devices.close();
  listen(null);
  $("preview").srcObject = null;
  $("curtain").hidden = false;
}

/** A device was unplugged, or taken away in the browser: what is there takes its place. */
async function deviceLost(kind) {
  say(`The ${kind === "video" ? "camera" : "microphone"} has gone away.`, "bad");
  const stream = await openDevices({ ...choices(), camera: "", microphone: "" });
  if (stream) broadcast?.replace(stream);
  else broadcast?.stop();
}

const recordedType = () => window.MediaRecorder && MIME_TYPES.find(type => MediaRecorder.isTypeSupported(type));

async function goLive() {
  const mimeType = recordedType();
  if (!mimeType) return complain(new Trouble(NO_RECORDER));
  $("go").disabled = true;
  await opening;
  const stream = devices.stream ?? await openDevices();
  $("go").disabled = false;
  if (!stream) return;
  complain(null);
  if ($("remember").checked) sessionStorage.setItem(TOKEN, $("token").value);
  $("messages").replaceChildren();
  for (const key in figures) show(key, "");
  broadcast = new Broadcast({
    channel: $("channel").value, token: $("token").value, stream, mimeType, kilobits: Number($("bitrate").value),
    on: {
      changed: paint, said: say,
      over: trouble => {
        const on = broadcast;
        broadcast = null;
        wakeLock?.release().catch(() => {});
        wakeLock = null;
        if (trouble) say(trouble.message, "bad");
        else say(on.secondsOnAir == null ? "Ended." : `Ended after ${time(on.secondsOnAir)} on air.`);
        complain(trouble);
        paint();
        $("go").focus();
      },
    },
  });
  paint();
  $("stop").focus();
  // The screen's sleep would stop the camera on a phone.
  wakeLock = await navigator.wakeLock?.request("screen").catch(() => null) ?? null;
}

$("form").addEventListener("submit", event => {
  event.preventDefault();
  if (!broadcast && !$("go").disabled) goLive();
});
$("stop").addEventListener("click", () => broadcast?.stop());
$("open").addEventListener("click", () => openDevices());
for (const id of ["camera", "microphone", "picture"]) {
  $(id).addEventListener("change", () => { if (devices.stream && !broadcast) openDevices() });
}
$("remember").addEventListener("change", () => { if (!$("remember").checked) sessionStorage.removeItem(TOKEN) });
// Without a gesture a page's sound graph stands still.
document.addEventListener("pointerdown", () => meter?.context.resume());
document.addEventListener("keydown", () => meter?.context.resume());
navigator.mediaDevices?.addEventListener("devicechange", () => listDevices());
window.addEventListener("beforeunload", event => { if (broadcast) event.preventDefault() });
window.addEventListener("pagehide", () => broadcast?.stop());

$("token").value = sessionStorage.getItem(TOKEN) ?? "";
$("remember").checked = $("token").value !== "";
function readChannel() {
  $("channel").value = new URLSearchParams(location.hash.slice(1)).get("channel") ?? $("channel").value;
}
window.addEventListener("hashchange", () => { if (!broadcast) readChannel() });
readChannel();
paint();
if (!window.isSecureContext || !navigator.mediaDevices) complain(new Trouble(INSECURE));
else if (!recordedType()) complain(new Trouble(NO_RECORDER));
else devices.list().then(({ cameras }) => {
  if (opening) return;
  // Labels are seen only where the devices were allowed before.
  if (cameras.some(camera => camera.label)) openDevices(); else listDevices();
});
