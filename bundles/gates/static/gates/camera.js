// The camera reads QR codes: by the browser where it can, else by the vendored decoder. Both have the same face.

async function detector() {
  const native = window.BarcodeDetector;
  if (native && (await native.getSupportedFormats().catch(() => [])).includes("qr_code")) {
    return new native({ formats: ["qr_code"] });
  }
  const { BarcodeDetector } = await import("./vendor/qr/decode.js");
  return new BarcodeDetector({ formats: ["qr_code"] });
}

/** Show the camera in `video` until `stop()`; each code is given to `onCode`, the same one not twice within three seconds. */
export async function startCamera(video, onCode) {
  const eye = await detector();
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" }, audio: false });
  video.srcObject = stream;
  await video.play();
  let isOn = true;
  let last = { text: "", at: 0 };
  const look = async () => {
    if (!isOn) return;
    const [found] = await eye.detect(video).catch(() => []);
    if (found && (found.rawValue !== last.text || performance.now() - last.at > 3000)) {
      last = { text: found.rawValue, at: performance.now() };
      await onCode(found.rawValue);
    }
    setTimeout(look, 120);
  };
  look();
  return () => {
    isOn = false;
    stream.getTracks().forEach((track) => track.stop());
    video.srcObject = null;
  };
}
