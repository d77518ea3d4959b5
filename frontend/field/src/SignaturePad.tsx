import { useRef, useState } from "preact/hooks";
import { blobOf } from "./photo";
import { useField } from "./use";

const width = 900;
const height = 360;

/** Where a customer signs with a finger. What is kept is dark on white, whatever the colours of the page. */
export function SignaturePad({ keep }: { keep: (blob: Blob) => Promise<void> }) {
  const { speech } = useField();
  const canvas = useRef<HTMLCanvasElement>(null);
  const [isEmpty, setEmpty] = useState(true);
  const isDown = useRef(false);
  const pen = () => canvas.current!.getContext("2d")!;
  const at = (event: PointerEvent): [number, number] => {
    const box = canvas.current!.getBoundingClientRect();
    return [((event.clientX - box.left) / box.width) * width, ((event.clientY - box.top) / box.height) * height];
  };
  const down = (event: PointerEvent) => {
    event.preventDefault();
    canvas.current!.setPointerCapture(event.pointerId);
    isDown.current = true;
    const ink = pen();
    Object.assign(ink, { lineWidth: 5, lineCap: "round", lineJoin: "round", strokeStyle: "#101418" });
    ink.beginPath();
    ink.moveTo(...at(event));
  };
  const move = (event: PointerEvent) => {
    if (!isDown.current) return;
    const ink = pen();
    ink.lineTo(...at(event));
    ink.stroke();
    setEmpty(false);
  };
  const up = () => {
    isDown.current = false;
  };
  const clear = () => {
    pen().clearRect(0, 0, width, height);
    setEmpty(true);
  };
  const save = async () => {
    const sheet = Object.assign(document.createElement("canvas"), { width, height });
    const ink = sheet.getContext("2d")!;
    ink.fillStyle = "#fff";
    ink.fillRect(0, 0, width, height);
    ink.drawImage(canvas.current!, 0, 0);
    const blob = await blobOf(sheet, "image/png");
    if (blob) await keep(blob);
  };
  return (
    <>
      <canvas ref={canvas} class="pad" width={width} height={height} role="img" aria-label={speech.say("signature.pad")} onPointerDown={down} onPointerMove={move} onPointerUp={up} onPointerCancel={up} data-testid="pad" />
      <p class="soft">{speech.say("signature.pad")}</p>
      <div class="row">
        <button type="button" class="quiet" disabled={isEmpty} onClick={() => void save()} data-testid="keep-signature">{speech.say("signature.keep")}</button>
        <button type="button" class="quiet" disabled={isEmpty} onClick={clear}>{speech.say("signature.clear")}</button>
      </div>
    </>
  );
}
