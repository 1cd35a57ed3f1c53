// The camera at the gate: where the browser can read QR codes, it fills the form and sends it. Typing always works.
const box = document.getElementById("gate-camera");
const form = document.getElementById("gate-form");
const code = document.getElementById("gate-code");
const video = document.getElementById("gate-video");
const button = document.getElementById("gate-scan");

async function canScan() {
  if (!("BarcodeDetector" in window) || !navigator.mediaDevices?.getUserMedia) return false;
  return (await window.BarcodeDetector.getSupportedFormats()).includes("qr_code");
}

async function scan() {
  const detector = new window.BarcodeDetector({ formats: ["qr_code"] });
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  video.srcObject = stream;
  video.hidden = false;
  button.hidden = true;
  await video.play();
  const look = async () => {
    const found = await detector.detect(video).catch(() => []);
    if (found.length) {
      stream.getTracks().forEach((track) => track.stop());
      code.value = found[0].rawValue;
      form.requestSubmit();
      return;
    }
    requestAnimationFrame(look);
  };
  look();
}

if (await canScan()) {
  box.hidden = false;
  button.addEventListener("click", () => scan().catch(() => { button.hidden = false; video.hidden = true; }));
}
document.querySelector(".gate-result")?.focus();
// A second press while the first is on its way sends nothing: the page's own number would answer the same anyway.
form.addEventListener("submit", () => { form.querySelector("button").disabled = true; });
