import { useEffect, useMemo, useState } from "preact/hooks";
import { isOver, type QueuedFile, type Visit } from "./model";
import type { Draft } from "./phone";
import { shrunk } from "./photo";
import { SignaturePad } from "./SignaturePad";
import { useField } from "./use";

interface Props {
  visit: Visit;
  draft: Draft;
  change: (change: Partial<Draft>) => void;
}

export function Proofs({ visit, draft, change }: Props) {
  const { phone, speech, snapshot } = useField();
  const [trouble, setTrouble] = useState("");
  const waiting = snapshot.entries.filter((entry): entry is QueuedFile => entry.kind === "file" && entry.visit_id === visit.id && entry.refused === null);
  const photos = visit.files.filter(({ kind }) => kind === "photo");
  const isSigned = visit.files.some(({ kind }) => kind === "signature") || waiting.some(({ proof }) => proof === "signature");
  const add = async (files: FileList | null) => {
    setTrouble("");
    for (const file of files ?? []) {
      const blob = await shrunk(file);
      if (!blob) setTrouble(speech.say("photo.bad"));
      else await phone.show(visit, "photo", blob.type === "image/jpeg" ? "photo.jpg" : file.name, blob).catch(() => setTrouble(speech.say("keep.failed")));
    }
  };
  const sign = (blob: Blob) => phone.show(visit, "signature", "signature.png", blob).catch(() => setTrouble(speech.say("keep.failed")));
  return (
    <section class="card" aria-labelledby="proofs">
      <h2 id="proofs">{speech.say("proofs")}</h2>
      {trouble && <p class="error" role="alert">{trouble}</p>}
      {visit.needs_photo && !isOver(visit.state) && <p class="soft">{speech.say("photo.needed")}</p>}
      <ul class="photos">
        {photos.map((file, index) => <li key={file.id}><img src={file.url} alt={speech.say("photo.of", { n: index + 1 })} loading="lazy" /></li>)}
        {waiting.filter(({ proof }) => proof === "photo").map((entry, index) => <li key={entry.client_id} class="unsent" data-testid="unsent-photo"><Local blob={entry.blob} name={speech.say("photo.of", { n: photos.length + index + 1 })} /></li>)}
      </ul>
      {/* What is over may still be proven: the office asks for a photo more. */}
      <label class="button quiet file">{speech.say("photo")}
        <input type="file" accept="image/*" capture="environment" multiple class="away" data-testid="photo"
          onChange={(event) => { const input = event.currentTarget; void add(input.files).finally(() => { input.value = ""; }); }} />
      </label>
      {!isOver(visit.state) && (
        <div class="signature">
          <h3>{speech.say("signature")}</h3>
          {visit.needs_signature && !isSigned && <p class="soft">{speech.say("signature.needed")}</p>}
          <label>{speech.say("signature.name")}
            <input dir="auto" autocomplete="off" maxLength={300} value={draft.signedBy} onInput={(event) => change({ signedBy: event.currentTarget.value })} data-testid="signed-by" />
          </label>
          {isSigned ? <p data-testid="signed"><strong>{speech.say("signature.kept")}</strong></p> : <SignaturePad keep={sign} />}
        </div>
      )}
      {isOver(visit.state) && visit.signed_by && <p>{speech.say("signature.kept")}: <bdi>{visit.signed_by}</bdi></p>}
    </section>
  );
}

/** A photo that is on this phone alone. */
function Local({ blob, name }: { blob: Blob; name: string }) {
  const url = useMemo(() => URL.createObjectURL(blob), [blob]);
  useEffect(() => () => URL.revokeObjectURL(url), [url]);
  return <img src={url} alt={name} />;
}
