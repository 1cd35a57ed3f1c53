// Green and red for the ear and the hand: two rising notes and one buzz, or one low note and three.

let sound = null;

/** Browsers let a page sound only after a touch: call this from one. */
export function wakeSound() {
  sound ??= "AudioContext" in window ? new AudioContext() : null;
  sound?.resume();
}

function note(pitch, start, seconds, shape) {
  const tone = sound.createOscillator();
  const loud = sound.createGain();
  tone.type = shape;
  tone.frequency.value = pitch;
  loud.gain.setValueAtTime(0.25, sound.currentTime + start);
  loud.gain.exponentialRampToValueAtTime(0.001, sound.currentTime + start + seconds);
  tone.connect(loud).connect(sound.destination);
  tone.start(sound.currentTime + start);
  tone.stop(sound.currentTime + start + seconds);
}

export function signal(isGood) {
  navigator.vibrate?.(isGood ? [120] : [200, 80, 200, 80, 200]);
  if (sound?.state !== "running") return;
  if (isGood) {
    note(880, 0, 0.12, "sine");
    note(1320, 0.13, 0.2, "sine");
  } else {
    note(196, 0, 0.5, "square");
  }
}
