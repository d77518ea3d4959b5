/** What tells a visitor who looks elsewhere: a short tone, made here, and the page's title. */
export class Notice {
  private context: AudioContext | null = null;
  private timer = 0;
  private title = "";

  /** Browsers let a page sound only after its reader did something: call it then. */
  allow(): void {
    this.context ??= "AudioContext" in window ? new AudioContext() : null;
  }

  sound(): void {
    const { context } = this;
    if (!context) return;
    const tone = context.createOscillator();
    const volume = context.createGain();
    const now = context.currentTime;
    tone.frequency.setValueAtTime(660, now);
    tone.frequency.setValueAtTime(880, now + 0.09);
    volume.gain.setValueAtTime(0.08, now);
    volume.gain.exponentialRampToValueAtTime(0.001, now + 0.3);
    tone.connect(volume).connect(context.destination);
    tone.start();
    tone.stop(now + 0.3);
  }

  flash(text: string): void {
    if (!document.hidden || this.timer) return;
    this.title = document.title;
    const stop = () => {
      clearInterval(this.timer);
      this.timer = 0;
      document.title = this.title;
    };
    this.timer = window.setInterval(() => { document.title = document.title === text ? this.title : text; }, 1_000);
    document.addEventListener("visibilitychange", stop, { once: true });
  }
}
