/// The page that plays the local channel in a browser: HLS by Media Source Extensions, no foreign script.
enum PlaybackPage {
  /// Its Content-Security-Policy: itself and its own server, in no other site's frame.
  static let policy =
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; connect-src 'self'; media-src blob:; "
    + "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

  static let html = """
    <!doctype html>
    <html lang="en">
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>ivs-broadcast: local channel</title>
    <link rel="icon" href="data:,">
    <style>
      html { background: #101418; color: #d8dee6; font: 16px/1.5 system-ui, sans-serif; color-scheme: dark }
      body { margin: 0 auto; max-width: 1280px; padding: 1rem }
      video { display: block; width: 100%; height: min(56.25vw, 720px, 100vh - 5rem); background: #000; border-radius: 6px }
      p { display: flex; gap: 1.5rem; flex-wrap: wrap; margin: .6rem 0; font-variant-numeric: tabular-nums }
      #state::before { content: "● "; color: #f0b429 }
      #state.live::before { color: #e5484d }
      #state.ended::before { color: #6b7683 }
    </style>
    <video id="video" controls muted autoplay playsinline aria-label="local channel"></video>
    <p><span id="state" role="status">waiting for the stream</span><span id="delay"></span><span id="size"></span></p>
    <script>
    "use strict";
    const video = document.getElementById("video"), state = document.getElementById("state");
    const once = (target, name) => new Promise(done => target.addEventListener(name, done, { once: true }));
    const pause = milliseconds => new Promise(done => setTimeout(done, milliseconds));
    const get = async name => {
      const answer = await fetch(name, { cache: "no-store" });
      if (!answer.ok) throw new Error(`${name}: ${answer.status}`);
      return answer;
    };
    function parse(text) {
      const playlist = { map: null, segments: [], ended: text.includes("#EXT-X-ENDLIST") };
      let number = Number((text.match(/#EXT-X-MEDIA-SEQUENCE:(\\d+)/) || [0, 0])[1]);
      for (const line of text.split("\\n")) {
        const map = line.match(/^#EXT-X-MAP:URI="([^"]+)"/);
        if (map) playlist.map = map[1];
        else if (line && !line.startsWith("#")) playlist.segments.push({ number: number++, name: line.trim() });
      }
      return playlist;
    }
    async function append(buffer, name) {
      buffer.appendBuffer(await (await get(name)).arrayBuffer());
      await once(buffer, "updateend");
    }
    const show = (text, look) => {
      if (state.textContent !== text) state.textContent = text;
      state.className = look;
    };
    const channel = async () => (await get("channel.json")).json();
    // Plays one publication; returns when another one has begun, as after a lost connection.
    async function play() {
      const { stream, codecs } = await channel();
      const playlist = parse(await (await get("index.m3u8")).text());
      const source = new MediaSource();
      const old = video.src;
      video.src = URL.createObjectURL(source);
      if (old) URL.revokeObjectURL(old);
      await once(source, "sourceopen");
      const buffer = source.addSourceBuffer(`video/mp4; codecs="${codecs}"`);
      await append(buffer, playlist.map);
      let next = playlist.segments.length ? playlist.segments[Math.max(0, playlist.segments.length - 3)].number : 0;
      while ((await channel()).stream === stream) {
        const now = parse(await (await get("index.m3u8")).text());
        for (const segment of now.segments) if (segment.number >= next) {
          await append(buffer, segment.name);
          next = segment.number + 1;
        }
        const { buffered } = buffer;
        if (buffered.length) {
          const end = buffered.end(buffered.length - 1);
          if (end - video.currentTime > 10 || video.currentTime < buffered.start(0)) video.currentTime = end - 4;
          const ahead = Math.max(0, end - video.currentTime);
          document.getElementById("delay").textContent = now.ended ? "" : `${ahead.toFixed(1)} s buffered`;
          document.getElementById("size").textContent = `${video.videoWidth}x${video.videoHeight}`;
        }
        show(now.ended ? "ended" : "live", now.ended ? "ended" : "live");
        await pause(now.ended ? 1000 : 500);
      }
    }
    (async () => {
      for (;;) {
        try { await play() } catch (error) {
          show("waiting for the stream", "");
          state.title = error.message;
          document.getElementById("delay").textContent = "";
          await pause(1000);
        }
      }
    })();
    </script>
    </html>
    """
}
