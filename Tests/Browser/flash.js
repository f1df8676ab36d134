// Stands in for camera and microphone before a page begins: a recording of it proves its own A/V sync.
//
// A square of 64 pixels at the top left is white, and 1 kHz of -20 dBFS sounds, in the first 100 ms of each whole
// second of the sound's clock. Pictures come at 30 a second of that clock, so that one of them begins with each second.
// The recorder notes such sound 43 ms later than a picture of the same moment, with each codec: pictures are drawn
// that much later, so that the marks of a recording belong together.
if (navigator.mediaDevices) {
  const FRAMES_PER_SECOND = 30;
  const SQUARE = 64;
  const MARK_SECONDS = 0.1;
  const SOUND_DELAY = 0.043;

  const wished = (wish, otherwise) => typeof wish === "number" ? wish : wish?.exact ?? wish?.ideal ?? otherwise;

  navigator.mediaDevices.getUserMedia = async ({ video = {} }) => {
    const context = new AudioContext({ sampleRate: 48000, latencyHint: "interactive" });
    await context.resume();
    const second = context.createBuffer(1, context.sampleRate, context.sampleRate);
    const samples = second.getChannelData(0);
    for (let index = 0; index < MARK_SECONDS * context.sampleRate; index++) {
      samples[index] = 0.1 * Math.sin(2 * Math.PI * 1000 * index / context.sampleRate);
    }
    const sound = new AudioBufferSourceNode(context, { buffer: second, loop: true });
    const microphone = context.createMediaStreamDestination();
    sound.connect(microphone);
    sound.start(Math.ceil(context.currentTime) + 1);

    const canvas = document.createElement("canvas");
    canvas.width = wished(video.width, 1280);
    canvas.height = wished(video.height, 720);
    const camera = canvas.captureStream(0).getVideoTracks()[0];
    const picture = canvas.getContext("2d", { alpha: false });
    const draw = number => {
      const hue = number * 2 % 360;
      picture.fillStyle = `hsl(${hue} 60% 25%)`;
      picture.fillRect(0, 0, canvas.width, canvas.height);
      picture.fillStyle = `hsl(${(hue + 180) % 360} 80% 60%)`;
      picture.fillRect(number * 8 % canvas.width, canvas.height / 2, canvas.width / 8, canvas.height / 4);
      picture.font = `${canvas.height / 8}px monospace`;
      picture.fillText(`${(number / FRAMES_PER_SECOND).toFixed(3)} s`, canvas.width / 4, canvas.height / 3);
      picture.fillStyle = number % FRAMES_PER_SECOND < MARK_SECONDS * FRAMES_PER_SECOND ? "#fff" : "#000";
      picture.fillRect(0, 0, SQUARE, SQUARE);
      camera.requestFrame();
    };
    let last = -1;
    const timer = setInterval(() => {
      if (camera.readyState === "ended") {
        clearInterval(timer);
        context.close();
        return;
      }
      const number = Math.floor((context.currentTime - SOUND_DELAY) * FRAMES_PER_SECOND);
      if (number > last) draw(last = number);
    }, 4);
    return new MediaStream([camera, ...microphone.stream.getAudioTracks()]);
  };
}
